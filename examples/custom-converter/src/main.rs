//! The command line `torchvision-trt`, with the converters of this package linked in.

use custom_converter as _;

fn main() -> std::process::ExitCode {
    torchvision_trt::cli::main()
}
