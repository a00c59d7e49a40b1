//! What is known about an engine beyond its plan: `M.engine.json` beside the plain plan `M.engine`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use trt::DataType;

use super::error::{Error, Result};
use crate::image::Preset;

/// The metadata file's content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// Version of this file's format; readers refuse a newer one.
    pub format: u32,
    /// Program and version that made the engine.
    pub created_by: String,
    /// File name of the exported program.
    pub source: String,
    /// Version of PyTorch that exported it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub torch: Option<String>,
    /// The library that built the engine, which is the only kind that can load it.
    pub library: LibraryMetadata,
    /// GPU architectures the engine is for, as `sm_86`; empty: that of the GPU it was built on.
    #[serde(default)]
    pub targets: Vec<String>,
    /// `fp32`, `fp16` or `bf16`.
    pub precision: String,
    /// Whether parts of it are quantized to int8.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub int8: bool,
    /// The deep learning accelerator that parts of it run on, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dla: Option<u16>,
    /// Names of the plugins in it, which the program that loads it must have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<String>,
    /// How pictures are normalised and what classes are called, where the exported program says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// Inputs in the program's order.
    pub inputs: Vec<TensorMetadata>,
    /// Outputs in the order of the program's output tree.
    pub outputs: Vec<TensorMetadata>,
}

/// Product and version of the library that built an engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryMetadata {
    /// `TensorRT` or `TensorRT-RTX`.
    pub product: String,
    /// For example `10.6.0`.
    pub version: String,
}

/// One input or output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorMetadata {
    /// The tensor's name in the engine.
    pub name: String,
    /// The name users know it by: the program's input name, or the path in the output tree (`output_0`, `boxes`).
    pub path: String,
    /// Element type under PyTorch's name, as `float32`.
    #[serde(with = "dtype_name")]
    pub dtype: DataType,
    /// Shape; -1 is a dynamic size.
    pub shape: Vec<i64>,
    /// Shapes of the optimization profiles, for inputs with dynamic sizes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ShapeRange>,
}

/// The shapes that one optimization profile allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShapeRange {
    /// Smallest shape.
    pub min: Vec<i64>,
    /// The shape the engine is tuned for.
    pub opt: Vec<i64>,
    /// Largest shape.
    pub max: Vec<i64>,
}

impl ShapeRange {
    /// The range of some shapes: of each size the smallest, the median and the largest. `None` where there are no shapes, or they
    /// have different numbers of dimensions.
    ///
    /// ```
    /// use torchvision_trt::module::ShapeRange;
    ///
    /// let seen = [[1, 3, 480, 640], [1, 3, 600, 600], [4, 3, 480, 640]];
    /// let range = ShapeRange::of(seen.iter().map(|shape| &shape[..])).unwrap();
    /// assert_eq!(range.min, [1, 3, 480, 600]);
    /// assert_eq!(range.opt, [1, 3, 480, 640]);
    /// assert_eq!(range.max, [4, 3, 600, 640]);
    /// ```
    #[must_use]
    pub fn of<'s>(shapes: impl IntoIterator<Item = &'s [i64]>) -> Option<Self> {
        let shapes: Vec<&[i64]> = shapes.into_iter().collect();
        let rank = shapes.first()?.len();
        if shapes.iter().any(|shape| shape.len() != rank) {
            return None;
        }
        let mut range = Self {
            min: Vec::new(),
            opt: Vec::new(),
            max: Vec::new(),
        };
        for axis in 0..rank {
            let mut sizes: Vec<i64> = shapes.iter().map(|shape| shape[axis]).collect();
            sizes.sort_unstable();
            range.min.push(sizes[0]);
            range.opt.push(sizes[sizes.len() / 2]);
            range.max.push(sizes[sizes.len() - 1]);
        }
        Some(range)
    }
}

impl Metadata {
    /// The format this version writes and the newest it reads.
    pub const FORMAT: u32 = 1;

    /// Where the metadata of an engine file is: its name with `.json` appended.
    #[must_use]
    pub fn path_for(engine: &Path) -> PathBuf {
        let mut name = engine.as_os_str().to_owned();
        name.push(".json");
        name.into()
    }

    /// Reads the metadata of an engine file; `None` when there is none, as for an engine made by another tool.
    ///
    /// # Errors
    /// A file that cannot be read, is not such JSON, or has a newer format.
    pub fn load_for(engine: &Path) -> Result<Option<Self>> {
        let path = Self::path_for(engine);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::io("read", path, source)),
        };
        Self::parse(&text)
            .map(Some)
            .map_err(|detail| Error::Metadata { path, detail })
    }

    /// Writes the metadata of an engine file, by a temporary file and rename.
    ///
    /// # Errors
    /// A failing write; the old file is then left as it was.
    pub fn save_for(&self, engine: &Path) -> Result<()> {
        let path = Self::path_for(engine);
        let mut text = serde_json::to_vec_pretty(self).map_err(|e| Error::Metadata {
            path: path.clone(),
            detail: e.to_string(),
        })?;
        text.push(b'\n');
        trt::write_by_rename(&path, &text).map_err(|source| Error::io("write", path, source))
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = serde_json::from_slice(text).map_err(|e| e.to_string())?;
        if format > Self::FORMAT {
            return Err(format!(
                "format {format} is newer than {}, the newest known here; use a newer torchvision-trt",
                Self::FORMAT
            ));
        }
        serde_json::from_slice(text).map_err(|e| e.to_string())
    }
}

/// PyTorch's names for element types, as they stand in the metadata and in messages.
pub mod dtype_name {
    use super::DataType;
    use serde::{Deserialize, Deserializer, Serializer};

    const NAMES: [(DataType, &str); 9] = [
        (DataType::Float, "float32"),
        (DataType::Half, "float16"),
        (DataType::BFloat16, "bfloat16"),
        (DataType::Int64, "int64"),
        (DataType::Int32, "int32"),
        (DataType::Int8, "int8"),
        (DataType::UInt8, "uint8"),
        (DataType::Bool, "bool"),
        (DataType::Fp8, "float8_e4m3fn"),
    ];

    /// PyTorch's name of a type; TensorRT's where PyTorch has none.
    #[must_use]
    pub fn of(dtype: DataType) -> &'static str {
        let known = NAMES.iter().find(|(known, _)| *known == dtype);
        known.map_or_else(|| dtype.name(), |(_, name)| name)
    }

    pub(super) fn serialize<S: Serializer>(dtype: &DataType, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(of(*dtype))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DataType, D::Error> {
        let name = String::deserialize(from)?;
        let all = DataType::ALL.iter().copied();
        all.into_iter()
            .find(|dtype| of(*dtype) == name)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown dtype {name:?}")))
    }
}

#[cfg(test)]
pub(super) use tests::sample;

#[cfg(test)]
mod tests {
    use super::*;

    pub(in crate::module) fn sample() -> Metadata {
        Metadata {
            format: Metadata::FORMAT,
            created_by: "torchvision-trt 0.1.0".into(),
            source: "resnet18.pt2".into(),
            torch: Some("2.11.0".into()),
            library: LibraryMetadata {
                product: "TensorRT-RTX".into(),
                version: "1.7.1".into(),
            },
            targets: vec!["sm_86".into()],
            precision: "fp16".into(),
            int8: false,
            dla: None,
            plugins: vec!["RoiAlign".into()],
            preset: Some(Preset::default()),
            inputs: vec![TensorMetadata {
                name: "x".into(),
                path: "x".into(),
                dtype: DataType::Float,
                shape: vec![-1, 3, 224, 224],
                profiles: vec![ShapeRange {
                    min: vec![1, 3, 224, 224],
                    opt: vec![8, 3, 224, 224],
                    max: vec![16, 3, 224, 224],
                }],
            }],
            outputs: vec![TensorMetadata {
                name: "linear".into(),
                path: "output_0".into(),
                dtype: DataType::Int64,
                shape: vec![-1, 1000],
                profiles: vec![],
            }],
        }
    }

    #[test]
    fn round_trip_beside_the_engine() {
        let folder = tempfile::tempdir().unwrap();
        let engine = folder.path().join("m.engine");
        assert_eq!(Metadata::load_for(&engine).unwrap(), None);
        sample().save_for(&engine).unwrap();
        assert!(folder.path().join("m.engine.json").is_file());
        assert_eq!(Metadata::load_for(&engine).unwrap(), Some(sample()));
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }

    #[test]
    fn every_dtype_has_one_name() {
        for &dtype in DataType::ALL {
            let tensor = TensorMetadata {
                dtype,
                ..sample().inputs.remove(0)
            };
            let text = serde_json::to_string(&tensor).unwrap();
            assert_eq!(
                serde_json::from_str::<TensorMetadata>(&text).unwrap(),
                tensor
            );
        }
    }

    #[test]
    fn newer_or_broken_files_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let engine = folder.path().join("m.engine");
        for (text, expected) in [
            (
                r#"{"format": 99, "anything": 1}"#,
                "format 99 is newer than 1",
            ),
            (r#"{"format": 1}"#, "missing field"),
            ("not json", "expected"),
            ("", "EOF"),
        ] {
            std::fs::write(Metadata::path_for(&engine), text).unwrap();
            let message = Metadata::load_for(&engine).unwrap_err().to_string();
            assert!(
                message.contains(expected) && message.contains("m.engine.json"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing/m.engine");
        assert!(matches!(sample().save_for(&missing), Err(Error::Io { .. })));
        let engine = folder.path().join("m.engine");
        std::fs::create_dir(Metadata::path_for(&engine)).unwrap();
        assert!(matches!(sample().save_for(&engine), Err(Error::Io { .. })));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
