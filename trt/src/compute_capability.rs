//! GPU architectures.

use std::fmt;

use crate::{Error, Result};

/// A GPU architecture to build for, such as 8.6 (`sm_86`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ComputeCapability {
    /// Major version.
    pub major: u8,
    /// Minor version.
    pub minor: u8,
}

impl ComputeCapability {
    /// `major.minor`
    pub const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor }
    }

    pub(crate) fn number(self) -> i32 {
        i32::from(self.major) * 10 + i32::from(self.minor)
    }

    pub(crate) fn from_number(number: i32) -> Result<Self> {
        let (Ok(major), Ok(minor)) = (u8::try_from(number / 10), u8::try_from(number % 10)) else {
            return Err(Error::UnknownValue {
                what: "compute capability",
                value: number.into(),
            });
        };
        Ok(Self { major, minor })
    }
}

impl fmt::Display for ComputeCapability {
    /// `sm_86`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sm_{}{}", self.major, self.minor)
    }
}

impl std::str::FromStr for ComputeCapability {
    type Err = Error;

    /// Reads `sm_86`, `86` or `8.6`.
    fn from_str(text: &str) -> Result<Self> {
        let digits: String = text.trim_start_matches("sm_").split('.').collect();
        let split = digits.len().saturating_sub(1);
        match (
            digits.get(..split).map(str::parse),
            digits.get(split..).map(str::parse),
        ) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            _ => Err(Error::invalid(
                format!("GPU architecture `{text}`"),
                "expected a form like sm_86",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn architectures_have_three_spellings() {
        for text in ["sm_120", "120", "12.0"] {
            assert_eq!(
                text.parse::<ComputeCapability>().unwrap(),
                ComputeCapability::new(12, 0)
            );
        }
        assert_eq!(ComputeCapability::new(8, 6).to_string(), "sm_86");
        for text in ["", "sm_", "8", "ampere", "sm_é"] {
            assert!(text.parse::<ComputeCapability>().is_err(), "{text}");
        }
    }
}
