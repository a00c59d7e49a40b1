//! The program `torchvision-trt`; `torchvision-trt --help` lists its commands.

fn main() -> std::process::ExitCode {
    torchvision_trt::cli::main()
}
