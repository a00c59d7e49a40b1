//! Photographs as input of classification models, prepared as torchvision's `ImageClassification` preset does: shorter
//! side resized (bilinear with antialiasing), centre cropped, scaled to 0…1 and normalised with ImageNet's statistics.
//!
//! Resizing follows Pillow to the bit, whose 8-bit arithmetic torchvision's published accuracies were measured with.

use std::path::{Path, PathBuf};

use image::RgbImage;
use serde::{Deserialize, Serialize};

/// Part of the resized image that the crop keeps: 224 of 256.
const CROP_SHARE: f64 = 0.875;

/// What a model's users have to know beside its shapes, as torchvision publishes it with weights: how colors are normalised and
/// what the classes are called. The exporter puts it into the `.pt2`, from where it goes into an engine's metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preset {
    /// Names of the classes, by number; empty where nobody named them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Mean of red, green and blue, which is subtracted from pixels of 0 to 1.
    pub mean: [f32; 3],
    /// Standard deviation of red, green and blue, which pixels are divided by then.
    pub std: [f32; 3],
}

impl Default for Preset {
    /// The statistics of ImageNet, which most models are trained with.
    fn default() -> Self {
        Self {
            categories: Vec::new(),
            mean: [0.485, 0.456, 0.406],
            std: [0.229, 0.224, 0.225],
        }
    }
}

impl Preset {
    /// What to call a class: its name, or `class 7`.
    #[must_use]
    pub fn category(&self, class: usize) -> String {
        let name = self.categories.get(class).cloned();
        name.unwrap_or_else(|| format!("class {class}"))
    }
}

/// A photograph that cannot be read or prepared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not readable, or no JPEG or PNG.
    #[error("cannot read the image {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The decoder's reason.
        source: image::ImageError,
    },
    /// A size of 0 asked for, or an image without pixels.
    #[error("an image of {}x{} pixels cannot become {}x{}", from[0], from[1], to[0], to[1])]
    Size {
        /// Height and width of the image.
        from: [usize; 2],
        /// Height and width asked for.
        to: [usize; 2],
    },
}

/// Reads a JPEG or PNG file as the input of a classification model: `3 * height * width` values, channel by channel.
pub fn load_normalized(
    path: &Path,
    height: usize,
    width: usize,
    preset: &Preset,
) -> Result<Vec<f32>, Error> {
    let read = || {
        image::ImageReader::open(path)?
            .with_guessed_format()?
            .decode()
    };
    let image = read().map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    normalize(&image.into_rgb8(), height, width, preset)
}

/// Prepares an image as [`load_normalized`] does.
pub fn normalize(
    image: &RgbImage,
    height: usize,
    width: usize,
    preset: &Preset,
) -> Result<Vec<f32>, Error> {
    let [image_width, image_height] = [image.width(), image.height()].map(|size| size as usize);
    if [image_width, image_height, height, width].contains(&0) {
        return Err(Error::Size {
            from: [image_height, image_width],
            to: [height, width],
        });
    }
    let shorter = (height.max(width) as f64 / CROP_SHARE).round() as usize;
    let scaled = |side: usize| shorter * side / image_width.min(image_height);
    let (new_width, new_height) = (scaled(image_width), scaled(image_height));

    let pixels = Pixels {
        width: image_width,
        data: image.as_raw().clone(),
    };
    let pixels = pixels
        .resize_rows(new_width)
        .transposed()
        .resize_rows(new_height)
        .transposed();
    let (top, left) = (
        half_to_even(new_height - height),
        half_to_even(new_width - width),
    );

    let mut output = Vec::with_capacity(3 * height * width);
    for channel in 0..3 {
        let (mean, std) = (preset.mean[channel], preset.std[channel]);
        let value = |byte: u8| (f32::from(byte) / 255.0 - mean) / std;
        for row in top..top + height {
            let start = (row * new_width + left) * 3 + channel;
            output.extend(
                pixels.data[start..]
                    .iter()
                    .step_by(3)
                    .take(width)
                    .map(|&byte| value(byte)),
            );
        }
    }
    Ok(output)
}

/// Half of a margin, rounded as Python's `round` does.
fn half_to_even(margin: usize) -> usize {
    (margin as f64 / 2.0).round_ties_even() as usize
}

/// An RGB image, row by row.
struct Pixels {
    width: usize,
    data: Vec<u8>,
}

impl Pixels {
    fn height(&self) -> usize {
        self.data.len() / (3 * self.width)
    }

    /// Resizes each row, in fixed-point arithmetic with 8 bits for the pixel and 2 for overshoot.
    fn resize_rows(&self, width: usize) -> Pixels {
        const PRECISION: u32 = 32 - 8 - 2;
        let windows = windows(self.width, width);
        let fixed: Vec<(usize, Vec<i32>)> = windows
            .into_iter()
            .map(|(start, weights)| {
                (
                    start,
                    weights
                        .into_iter()
                        .map(|w| (w * f64::from(1 << PRECISION)).round() as i32)
                        .collect(),
                )
            })
            .collect();
        let mut data = Vec::with_capacity(3 * width * self.height());
        for row in self.data.chunks_exact(3 * self.width) {
            for (start, weights) in &fixed {
                for channel in 0..3 {
                    let pixels = row[3 * start + channel..].iter().step_by(3);
                    let sum: i32 = weights
                        .iter()
                        .zip(pixels)
                        .map(|(weight, &pixel)| weight * i32::from(pixel))
                        .sum();
                    data.push(((sum + (1 << (PRECISION - 1))) >> PRECISION).clamp(0, 255) as u8);
                }
            }
        }
        Pixels { width, data }
    }

    fn transposed(&self) -> Pixels {
        let height = self.height();
        let mut data = Vec::with_capacity(self.data.len());
        for column in 0..self.width {
            for row in 0..height {
                let at = 3 * (row * self.width + column);
                data.extend_from_slice(&self.data[at..at + 3]);
            }
        }
        Pixels {
            width: height,
            data,
        }
    }
}

/// For each output pixel the first input pixel it sees and the weights from there, which sum to 1: a triangle as wide as
/// the scale when shrinking, so that no input pixel is skipped.
fn windows(from: usize, to: usize) -> Vec<(usize, Vec<f64>)> {
    let scale = from as f64 / to as f64;
    let radius = scale.max(1.0);
    (0..to)
        .map(|output| {
            let center = (output as f64 + 0.5) * scale;
            let start = (center - radius + 0.5).max(0.0) as usize;
            let end = ((center + radius + 0.5) as usize).min(from);
            let weight =
                |input: usize| (1.0 - ((input as f64 - center + 0.5) / radius).abs()).max(0.0);
            let sum: f64 = (start..end).map(weight).sum();
            (
                start,
                (start..end).map(|input| weight(input) / sum).collect(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([0, 1, 2].map(|c| ((x * x + 7 * y + 50 * c) % 256) as u8))
        })
    }

    // The expected sums and values come from torchvision 0.26 with Pillow 13:
    //   ImageClassification(crop_size=C, resize_size=round(C / 0.875))(PIL.Image.fromarray(pattern))
    #[test]
    fn the_result_is_that_of_torchvision() {
        for (width, height, crop, sum, weighted_sum, values) in [
            (
                61,
                47,
                28,
                537.4252,
                4242.3340,
                [(0, -0.302_68), (875, 1.798_319), (2351, 1.210_806)],
            ),
            (
                301,
                500,
                56,
                2145.6038,
                17124.1431,
                [(0, 0.125_439), (3311, 0.135_154), (9407, 0.426_493)],
            ),
            (
                20,
                33,
                35,
                1505.3347,
                11994.3859,
                [(0, -1.176_043), (1337, 0.292_717), (3674, -0.479_826_f32)],
            ),
        ] {
            let output =
                normalize(&pattern(width, height), crop, crop, &Preset::default()).unwrap();
            assert_eq!(output.len(), 3 * crop * crop);
            for (index, expected) in values {
                assert!(
                    (output[index] - expected).abs() < 2e-6,
                    "{width}x{height} at {index}: {}",
                    output[index]
                );
            }
            let sums =
                output
                    .iter()
                    .enumerate()
                    .fold((0.0, 0.0), |(plain, weighted), (index, &value)| {
                        (
                            plain + f64::from(value),
                            weighted + f64::from(value) * (index % 17) as f64,
                        )
                    });
            assert!(
                (sums.0 - sum).abs() < 1e-3 && (sums.1 - weighted_sum).abs() < 1e-2,
                "{width}x{height}: {sums:?}"
            );
        }
    }

    #[test]
    fn colors_are_normalised_by_the_preset() {
        let preset = Preset {
            mean: [0.5, 0.0, 1.0],
            std: [0.5, 1.0, 2.0],
            ..Preset::default()
        };
        let white = RgbImage::from_pixel(8, 8, image::Rgb([255; 3]));
        let values = normalize(&white, 2, 2, &preset).unwrap();
        assert_eq!(values, [[1.0; 4], [1.0; 4], [0.0; 4]].concat());
    }

    #[test]
    fn a_class_without_a_name_has_its_number() {
        let preset = Preset {
            categories: vec!["tench".into()],
            ..Preset::default()
        };
        assert_eq!(preset.category(0), "tench");
        assert_eq!(preset.category(1), "class 1");
    }

    #[test]
    fn sizes_of_zero_are_refused() {
        assert!(matches!(
            normalize(&pattern(4, 4), 0, 3, &Preset::default()),
            Err(Error::Size { .. })
        ));
        assert!(matches!(
            normalize(&RgbImage::new(0, 4), 8, 8, &Preset::default()),
            Err(Error::Size { .. })
        ));
    }

    #[test]
    fn a_file_that_is_no_image_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = load_normalized(file.path(), 8, 8, &Preset::default())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(&file.path().display().to_string()),
            "{error}"
        );
    }
}
