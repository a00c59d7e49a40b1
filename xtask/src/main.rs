//! Project automation: `cargo xtask COMMAND`. One file per command.

mod artifacts;
mod bench;
mod build_plugins;
mod bundle;
mod cases;
mod codegen;
mod demo;
mod export;
mod setup;
mod test;
mod tool;
mod workspace;
mod zoo;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Project automation",
    disable_version_flag = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Setup(setup::Options),
    Demo(demo::Options),
    Test(test::Options),
    Export(export::Options),
    Cases(cases::Options),
    Codegen(codegen::Options),
    BuildPlugins(build_plugins::Options),
    Bundle(bundle::Options),
    Zoo(zoo::Options),
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Setup(options) => setup::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Export(options) => export::run(&options),
        Command::Cases(options) => cases::run(&options),
        Command::Codegen(options) => codegen::run(&options),
        Command::BuildPlugins(options) => build_plugins::run(&options),
        Command::Bundle(options) => bundle::run(&options),
        Command::Zoo(options) => zoo::run(&options),
        Command::Bench(options) => bench::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
