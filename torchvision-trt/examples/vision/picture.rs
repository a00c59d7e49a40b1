//! Pictures in files, and as the input of a model.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use image::imageops::{FilterType, resize};
use image::{ImageFormat, RgbImage};
use torchvision_trt::image::Preset;

use super::model::{Input, Tensor};

/// Reads a JPEG or PNG file.
pub(crate) fn open(path: &Path) -> Result<RgbImage> {
    let picture = image::open(path).with_context(|| path.display().to_string())?;
    Ok(picture.into_rgb8())
}

/// Writes a JPEG or PNG file; it is never seen half-written.
pub(crate) fn save(picture: &RgbImage, path: &Path) -> Result<()> {
    let context = || format!("cannot write {}", path.display());
    let format = ImageFormat::from_path(path).with_context(context)?;
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).with_context(context)?;
    trt::write_by_rename(path, bytes.get_ref()).with_context(context)
}

/// The pictures of a folder, ordered by name.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let context = || folder.display().to_string();
    let mut files = Vec::new();
    for entry in folder.read_dir().with_context(context)? {
        let path = entry.with_context(context)?.path();
        if ImageFormat::from_path(&path).is_ok() {
            files.push(path);
        }
    }
    ensure!(!files.is_empty(), "no pictures in {}", folder.display());
    files.sort();
    Ok(files)
}

/// The whole picture as the input of a model, brought to the size it takes; a free size is the picture's own.
pub(crate) fn tensor(picture: &RgbImage, input: &Input, preset: &Preset) -> Result<Tensor> {
    let own = [
        1,
        3,
        i64::from(picture.height()),
        i64::from(picture.width()),
    ];
    let shape = input.shape_for(&own)?;
    let (height, width) = (u32::try_from(shape[2])?, u32::try_from(shape[3])?);
    let resized = resize(picture, width, height, FilterType::Triangle);
    let values = |channel: usize| {
        let (mean, std) = (preset.mean[channel], preset.std[channel]);
        let value = move |byte: u8| (f32::from(byte) / 255.0 - mean) / std;
        resized.pixels().map(move |pixel| value(pixel[channel]))
    };
    Ok(Tensor {
        name: input.name.clone(),
        shape,
        data: (0..3).flat_map(values).collect(),
    })
}
