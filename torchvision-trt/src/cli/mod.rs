//! The command line, thin over the library: one file per command.
//!
//! It is public so that a program of one's own, with converters of one's own linked in, offers the same commands:
//!
//! ```no_run
//! // extern crate my_converters as _;
//! fn main() -> std::process::ExitCode {
//!     torchvision_trt::cli::main()
//! }
//! ```

/// Prints to the standard output, as `print!` does, with an error instead of a panic when nobody reads it.
macro_rules! out {
    ($($argument:tt)*) => {
        std::io::Write::write_fmt(&mut std::io::stdout(), format_args!($($argument)*))?
    };
}

/// [`out!`] with a newline.
macro_rules! outln {
    ($($argument:tt)*) => {
        out!("{}\n", format_args!($($argument)*))
    };
}

mod bench;
mod calibrate;
mod convert;
mod draw;
mod export;
mod inspect;
mod list;
mod model;
mod parse;
mod profile;
mod progress;
mod python;
mod run;
mod samples;
mod support;
mod verify;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Exported PyTorch models (.pt2) to verified TensorRT engines
///
/// TensorRT is found in TENSORRT_LIBRARY (a file), in what `cargo xtask setup` prepared, in Python's packages or among
/// the system's libraries. RUST_LOG=trt=info shows its log.
#[derive(Parser)]
#[command(name = "torchvision-trt", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(list::Options),
    Export(export::Options),
    Inspect(inspect::Options),
    Calibrate(calibrate::Options),
    Convert(convert::Options),
    Verify(verify::Options),
    Run(run::Options),
    Bench(bench::Options),
    Profile(profile::Options),
    Support(support::Options),
}

/// Runs the command line of this process. Exit status: 0 success, 1 failure (also of a verification), 2 wrong usage.
pub fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .without_time()
        .init();

    let result = match Cli::parse().command {
        Command::List(options) => list::run(&options),
        Command::Export(options) => export::run(&options),
        Command::Inspect(options) => inspect::run(&options),
        Command::Calibrate(options) => calibrate::run(&options),
        Command::Convert(options) => convert::run(&options),
        Command::Verify(options) => return exit(verify::run(&options)),
        Command::Run(options) => run::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Profile(options) => profile::run(&options),
        Command::Support(options) => support::run(&options),
    };
    exit(result.map(|()| true))
}

fn exit(result: anyhow::Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // The reader of a pipe has seen enough, as `head` does.
        Err(error)
            if error
                .downcast_ref::<io::Error>()
                .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) =>
        {
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}", message(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes, without those that it already quotes.
fn message(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .fold(String::new(), |text, cause| match text.as_str() {
            "" => cause,
            known if known.contains(&cause) => text,
            _ => format!("{text}: {cause}"),
        })
}

/// Prints a report for a machine.
fn print_json(report: &impl serde::Serialize) -> anyhow::Result<()> {
    outln!("{}", serde_json::to_string_pretty(report)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn a_cause_that_is_quoted_is_not_repeated() {
        let quoted = anyhow::anyhow!("disk full")
            .context("cannot write a.engine: disk full")
            .context("model a");
        assert_eq!(
            super::message(&quoted),
            "model a: cannot write a.engine: disk full"
        );
    }

    #[test]
    fn the_command_line_is_consistent_and_every_command_shows_an_example() {
        let mut cli = super::Cli::command();
        cli.build();
        cli.clone().debug_assert();
        for command in cli
            .get_subcommands_mut()
            .filter(|command| command.get_name() != "help")
        {
            let name = command.get_name().to_owned();
            assert!(
                command.render_long_help().to_string().contains("Example:"),
                "{name}"
            );
        }
    }
}
