//! What the kernels are compiled for.

use std::env;

/// Jetson Nano and TX1, TX2, Xavier; T4 and RTX 20; A100; RTX 30 and A10; Orin; RTX 40 and L4; H100 and H200; B200; B300; Thor;
/// RTX 50; GB10. An older toolkit knows fewer of them, a newer one has dropped the first.
const DEFAULT: [u32; 14] = [53, 62, 72, 75, 80, 86, 87, 89, 90, 100, 103, 110, 120, 121];

/// From this architecture on one intermediate code serves all: the kernels use nothing newer, and nvcc's front end then runs
/// once instead of ten times.
const SHARED: u32 = 80;

/// One output of nvcc.
pub(crate) enum Code {
    /// Machine code for one architecture.
    Machine(u32),
    /// Intermediate code, which the driver compiles for GPUs from this architecture on.
    Intermediate(u32),
}

impl Code {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Machine(architecture) => format!("sm_{architecture}"),
            Self::Intermediate(architecture) => format!("compute_{architecture}"),
        }
    }

    pub(crate) fn flag(&self) -> String {
        let (Self::Machine(architecture) | Self::Intermediate(architecture)) = self;
        let front_end = (*architecture).min(SHARED);
        format!("-gencode=arch=compute_{front_end},code={}", self.name())
    }
}

/// What `TRT_CUDA_ARCHS` asks for ("75 86 90", separated by spaces or commas), with intermediate code for GPUs to come. By
/// default all that the toolkit knows in a release build; a debug build, which shall not wait for that, holds only the
/// intermediate code of the oldest, from which the driver makes the machine code at the first launch.
pub(crate) fn chosen(known: &[u32]) -> Result<Vec<Code>, String> {
    println!("cargo:rerun-if-env-changed=TRT_CUDA_ARCHS");
    println!("cargo:rerun-if-env-changed=PROFILE");
    let machine = match env::var("TRT_CUDA_ARCHS") {
        Ok(text) if !text.trim().is_empty() => parse(&text, known)?,
        _ if env::var("PROFILE").is_ok_and(|profile| profile == "debug") => {
            return Ok(vec![Code::Intermediate(known[0].min(SHARED))]);
        }
        _ => DEFAULT
            .into_iter()
            .filter(|architecture| known.contains(architecture))
            .collect(),
    };
    let newest = machine.iter().copied().max().unwrap_or(SHARED);
    let intermediate = Code::Intermediate(newest.min(SHARED));
    Ok(machine
        .into_iter()
        .map(Code::Machine)
        .chain([intermediate])
        .collect())
}

fn parse(text: &str, known: &[u32]) -> Result<Vec<u32>, String> {
    text.split([' ', ','])
        .filter(|word| !word.is_empty())
        .map(|word| {
            let number = word.trim_start_matches("sm_").parse();
            number.ok().filter(|number| known.contains(number)).ok_or_else(|| {
                format!("TRT_CUDA_ARCHS: {word:?} is none of the architectures that this nvcc knows, {known:?} (75 is sm_75)")
            })
        })
        .collect()
}
