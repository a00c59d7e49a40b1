//! TensorRT's enumerations under Rust names; a number from a newer library becomes an error, never a wrong value.

mod config;
mod layers;

pub use config::*;
pub use layers::*;

use crate::{Error, Result};

/// An enumeration whose values travel as numbers.
pub(crate) trait Numbered: Sized {
    fn from_number(number: i64) -> Result<Self>;

    fn number(self) -> i64;
}

impl Numbered for i64 {
    fn from_number(number: i64) -> Result<Self> {
        Ok(number)
    }

    fn number(self) -> i64 {
        self
    }
}

impl Numbered for i32 {
    fn from_number(number: i64) -> Result<Self> {
        Self::try_from(number).map_err(|_| Error::UnknownValue {
            what: "number",
            value: number,
        })
    }

    fn number(self) -> i64 {
        self.into()
    }
}

/// Defines an enumeration with conversions from and to the type of `trt-sys`.
macro_rules! native_enum {
    ($(#[$doc:meta])* $name:ident: $raw:ident, $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $value:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name of the variant.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)+
                }
            }

            pub(crate) const fn to_raw(self) -> trt_sys::$raw {
                match self {
                    $(Self::$variant => trt_sys::$raw::$value,)+
                }
            }
        }

        impl $crate::enums::Numbered for $name {
            fn from_number(number: i64) -> $crate::Result<Self> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|known| i64::from(known.to_raw().0) == number)
                    .ok_or($crate::Error::UnknownValue { what: $what, value: number })
            }

            fn number(self) -> i64 {
                self.to_raw().0.into()
            }
        }

        impl TryFrom<trt_sys::$raw> for $name {
            type Error = $crate::Error;

            fn try_from(raw: trt_sys::$raw) -> $crate::Result<Self> {
                $crate::enums::Numbered::from_number(raw.0.into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use native_enum;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_the_way_to_its_number_and_back() {
        for &kind in LayerKind::ALL {
            assert_eq!(LayerKind::try_from(kind.to_raw()).unwrap(), kind);
        }
        for &operation in UnaryOperation::ALL {
            assert_eq!(
                UnaryOperation::try_from(operation.to_raw()).unwrap(),
                operation
            );
        }
    }

    #[test]
    fn numbers_of_a_newer_library_are_refused() {
        assert!(LayerKind::try_from(trt_sys::TrtLayerKind(1000)).is_err());
        assert!(ActivationType::try_from(trt_sys::TrtActivationType(1000)).is_err());
    }
}
