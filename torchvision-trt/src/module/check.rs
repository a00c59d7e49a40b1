//! Checks of a call's inputs and outputs against the engine, before any CUDA call. Pure, and free of allocation as
//! long as all is well.

use trt::{DataType, Dims};

use super::error::{Error, Result};

/// What the engine says about one input or output.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorSpec {
    /// The tensor's name in the engine.
    pub name: String,
    /// The name users know it by: the program's input name, or the path in the output tree.
    pub path: String,
    /// Element type.
    pub dtype: DataType,
    /// Shape; -1 is a dynamic size.
    pub shape: Dims,
    /// Smallest, best and largest shape of each optimization profile; empty for outputs.
    pub profiles: Vec<ProfileShape>,
}

/// The shapes of one input in one optimization profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProfileShape {
    /// Smallest shape.
    pub min: Dims,
    /// The shape the engine is tuned for.
    pub opt: Dims,
    /// Largest shape.
    pub max: Dims,
}

impl ProfileShape {
    /// True when a shape lies in the profile.
    #[must_use]
    pub fn contains(&self, shape: &[i64]) -> bool {
        shape.len() == self.min.len()
            && (0..shape.len()).all(|d| (self.min[d]..=self.max[d]).contains(&shape[d]))
    }
}

/// A tensor as the caller describes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    /// Not checked when `None`.
    pub(super) dtype: Option<DataType>,
    pub(super) shape: Dims,
    /// Bytes of data or memory; not checked when `None`.
    pub(super) len: Option<usize>,
    /// Whether more bytes than the shape asks for are fine, as in a reused buffer.
    pub(super) may_be_longer: bool,
}

impl TensorSpec {
    /// True when `name` means this tensor.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.path == name || self.name == name
    }

    /// Checks type, shape and length of an input; the profile is checked by [`choose_profile`].
    pub(super) fn check(&self, given: &Given) -> Result<()> {
        self.check_against(given, self.shape)
    }

    /// Checks an output given by the caller against its shape for the present inputs.
    pub(super) fn check_output(&self, given: &Given, shape: Dims) -> Result<()> {
        if shape.is_dynamic() {
            return Err(Error::DataDependent {
                name: self.path.clone(),
            });
        }
        self.check_against(given, shape)
    }

    fn check_against(&self, given: &Given, expected: Dims) -> Result<()> {
        if let Some(found) = given.dtype
            && found != self.dtype
        {
            return Err(Error::Dtype {
                name: self.path.clone(),
                expected: self.dtype,
                found,
            });
        }
        let fits = |(&size, &found): (&i64, &i64)| found >= 0 && (size == -1 || size == found);
        if given.shape.len() != expected.len() || !expected.iter().zip(given.shape.iter()).all(fits)
        {
            return Err(Error::Shape {
                name: self.path.clone(),
                expected: expected.into(),
                found: given.shape.into(),
            });
        }
        let needed = given
            .shape
            .volume()
            .and_then(|volume| self.dtype.bytes_for(volume));
        let found = given.len.or(needed).unwrap_or(0);
        match needed {
            Some(needed) if needed == found || (given.may_be_longer && needed < found) => Ok(()),
            _ => Err(Error::Length {
                name: self.path.clone(),
                shape: given.shape.into(),
                dtype: self.dtype,
                expected: needed.unwrap_or(usize::MAX),
                found,
            }),
        }
    }
}

/// The position in `specs` of the tensor that `name` means.
pub(super) fn position(kind: &'static str, specs: &[TensorSpec], name: &str) -> Result<usize> {
    specs
        .iter()
        .position(|spec| spec.is_named(name))
        .ok_or_else(|| Error::UnknownName {
            kind,
            name: name.to_owned(),
            known: specs.iter().map(|spec| spec.path.clone()).collect(),
        })
}

/// What stands in an order for a tensor that was not given.
pub(super) const NONE: usize = usize::MAX;

/// Finds which of the given values belongs to which tensor: `order[i]` becomes the position in `given` of the value
/// for `specs[i]`, or [`NONE`] where `optional(i)`.
pub(super) fn bind<T>(
    kind: &'static str,
    specs: &[TensorSpec],
    given: &[(&str, T)],
    order: &mut [usize],
    optional: impl Fn(usize) -> bool,
) -> Result<()> {
    order.fill(NONE);
    for (index, (name, _)) in given.iter().enumerate() {
        let slot = &mut order[position(kind, specs, name)?];
        if *slot != NONE {
            return Err(Error::Duplicate {
                kind,
                name: (*name).to_owned(),
            });
        }
        *slot = index;
    }
    let missing = |&index: &usize| order[index] == NONE && !optional(index);
    match (0..order.len()).find(missing) {
        None => Ok(()),
        Some(missing) => Err(Error::Missing {
            kind,
            name: specs[missing].path.clone(),
        }),
    }
}

/// The first optimization profile that allows all input shapes; `shapes[i]` belongs to `specs[i]`.
pub(super) fn choose_profile(specs: &[TensorSpec], shapes: &[Dims]) -> Result<usize> {
    let profiles = specs
        .iter()
        .map(|spec| spec.profiles.len())
        .max()
        .unwrap_or(0);
    let allows = |spec: &TensorSpec, profile: usize, shape: &Dims| {
        spec.profiles
            .get(profile)
            .is_none_or(|range| range.contains(shape))
    };
    let fits_all = |&profile: &usize| {
        specs
            .iter()
            .zip(shapes)
            .all(|(spec, shape)| allows(spec, profile, shape))
    };
    if profiles == 0 {
        return Ok(0);
    }
    if let Some(profile) = (0..profiles).find(fits_all) {
        return Ok(profile);
    }
    for (spec, shape) in specs.iter().zip(shapes) {
        if !(0..profiles).any(|profile| allows(spec, profile, shape)) {
            return Err(Error::OutsideProfile {
                name: spec.path.clone(),
                found: (*shape).into(),
                profiles: spec
                    .profiles
                    .iter()
                    .map(|range| (range.min, range.max))
                    .collect(),
            });
        }
    }
    Err(Error::NoCommonProfile { profiles })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(name: &str, shape: &[i64], profiles: &[(&[i64], &[i64])]) -> TensorSpec {
        let dims = |sizes: &[i64]| Dims::new(sizes).unwrap();
        TensorSpec {
            name: format!("engine_{name}"),
            path: name.into(),
            dtype: DataType::Float,
            shape: dims(shape),
            profiles: profiles
                .iter()
                .map(|(min, max)| ProfileShape {
                    min: dims(min),
                    opt: dims(min),
                    max: dims(max),
                })
                .collect(),
        }
    }

    fn given(dtype: DataType, shape: &[i64], len: usize) -> Given {
        Given {
            dtype: Some(dtype),
            shape: Dims::new(shape).unwrap(),
            len: Some(len),
            may_be_longer: false,
        }
    }

    #[test]
    fn type_shape_and_length_are_checked_with_the_expected_value_named() {
        let image = spec("image", &[-1, 3, 8, 8], &[]);
        image
            .check(&given(DataType::Float, &[2, 3, 8, 8], 1536))
            .unwrap();
        let message = |given: &Given| image.check(given).unwrap_err().to_string();
        assert_eq!(
            message(&given(DataType::Half, &[2, 3, 8, 8], 768)),
            "`image`: dtype float16, expected float32; convert it before the call"
        );
        for wrong in [&[2, 3, 8][..], &[2, 3, 8, 9], &[-2, 3, 8, 8]] {
            assert!(message(&given(DataType::Float, wrong, 0)).contains("expected ?x3x8x8"));
        }
        assert_eq!(
            message(&given(DataType::Float, &[2, 3, 8, 8], 1532)),
            "`image`: 1532 bytes of data, but shape 2x3x8x8 of float32 needs 1536"
        );
        let vast = given(DataType::Float, &[i64::MAX, 3, 8, 8], 4);
        assert!(matches!(image.check(&vast), Err(Error::Length { .. })));
    }

    #[test]
    fn a_reused_buffer_may_be_longer_but_not_shorter() {
        let x = spec("x", &[-1], &[]);
        let buffer = |len| Given {
            may_be_longer: true,
            ..given(DataType::Float, &[4], len)
        };
        x.check(&buffer(16)).unwrap();
        x.check(&buffer(64)).unwrap();
        assert!(matches!(x.check(&buffer(15)), Err(Error::Length { .. })));
    }

    #[test]
    fn an_output_needs_a_known_shape() {
        let y = spec("y", &[-1, 2], &[]);
        let error = y.check_output(&given(DataType::Float, &[1, 2], 8), Dims::from([-1, 2]));
        assert!(matches!(error, Err(Error::DataDependent { .. })));
        y.check_output(&given(DataType::Float, &[1, 2], 8), Dims::from([1, 2]))
            .unwrap();
        let error = y.check_output(&given(DataType::Float, &[2, 2], 16), Dims::from([1, 2]));
        assert!(matches!(error, Err(Error::Shape { .. })));
    }

    #[test]
    fn names_are_bound_by_path_or_engine_name_in_any_order() {
        let specs = [spec("a", &[1], &[]), spec("b", &[1], &[])];
        let mut slots = [0; 2];
        let given = [("engine_b", 2), ("a", 1)];
        bind("input", &specs, &given, &mut slots, |_| false).unwrap();
        assert_eq!(slots, [1, 0]);
        bind("output", &specs, &given[..1], &mut slots, |i| i == 0).unwrap();
        assert_eq!(slots, [NONE, 0]);
        let mut failing = |given: &[(&str, i32)]| {
            bind("input", &specs, given, &mut slots, |i| i == 0)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            failing(&[("c", 1)]),
            "no input named `c`; the engine has `a`, `b`"
        );
        assert_eq!(failing(&[("a", 1)]), "input `b` was not given");
        assert_eq!(
            failing(&[("a", 1), ("engine_a", 1)]),
            "input `engine_a` was given twice"
        );
    }

    #[test]
    fn a_shape_outside_of_the_profile_is_told_with_the_range() {
        let specs = [spec("x", &[-1, 3], &[(&[1, 3], &[16, 3])])];
        assert_eq!(choose_profile(&specs, &[Dims::from([16, 3])]).unwrap(), 0);
        assert_eq!(
            choose_profile(&specs, &[Dims::from([17, 3])])
                .unwrap_err()
                .to_string(),
            "`x`: shape 17x3 is outside of the optimization profile 1x3 to 16x3; convert the model again with a wider \
             `--shape`"
        );
    }

    #[test]
    fn the_first_profile_for_all_inputs_is_chosen() {
        let specs = [
            spec("x", &[-1], &[(&[1], &[1]), (&[2], &[8])]),
            spec("y", &[-1], &[(&[1], &[1]), (&[2], &[8])]),
        ];
        let choose = |x: i64, y: i64| choose_profile(&specs, &[Dims::from([x]), Dims::from([y])]);
        assert_eq!(choose(1, 1).unwrap(), 0);
        assert_eq!(choose(2, 8).unwrap(), 1);
        assert!(matches!(
            choose(1, 2),
            Err(Error::NoCommonProfile { profiles: 2 })
        ));
        let message = choose(9, 1).unwrap_err().to_string();
        assert!(message.contains("profile 1 to 1, or 2 to 8"), "{message}");
    }

    #[test]
    fn a_static_engine_has_no_profile_to_choose() {
        assert_eq!(
            choose_profile(&[spec("x", &[3], &[])], &[Dims::from([3])]).unwrap(),
            0
        );
    }
}
