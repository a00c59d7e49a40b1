//! `cargo bench --bench fps`; docs/benchmarking.md tells how.

#![cfg_attr(
    test,
    allow(
        dead_code,
        unused_imports,
        reason = "without its harness Cargo still says `test`, and the compiler drops the tests, not what they use"
    )
)]

#[path = "harness.rs"]
mod fps;

fn main() -> std::process::ExitCode {
    fps::main(std::env::args_os())
}
