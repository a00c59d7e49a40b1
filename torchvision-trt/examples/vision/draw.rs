//! Lines, points, text and colored areas on a picture.

use std::convert::Infallible;

use embedded_graphics::mono_font::ascii::FONT_9X15_BOLD;
use embedded_graphics::mono_font::{MonoFont, MonoTextStyleBuilder};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Circle, Line, PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};
use image::RgbImage;

const FONT: MonoFont<'_> = FONT_9X15_BOLD;
/// Height of a line of text.
const TEXT_HEIGHT: i32 = FONT.character_size.height as i32;

/// A color that differs from those of the neighbouring classes: the color map of PASCAL VOC, which goes through the bits of the
/// number, three at a time.
pub(crate) fn color_of(class: usize) -> [u8; 3] {
    let mut color = [0; 3];
    for place in 0..8 {
        for (channel, value) in color.iter_mut().enumerate() {
            *value |= (((class >> (3 * place + channel)) & 1) as u8) << (7 - place);
        }
    }
    color
}

/// Mixes a color into the pixels that `inside` names by column and row.
pub(crate) fn blend(
    picture: &mut RgbImage,
    color: [u8; 3],
    opacity: f32,
    inside: impl Fn(u32, u32) -> bool,
) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if inside(x, y) {
            mix(&mut pixel.0, color, opacity);
        }
    }
}

/// Mixes a color into a pixel.
pub(crate) fn mix(pixel: &mut [u8; 3], color: [u8; 3], opacity: f32) {
    for (value, new) in pixel.iter_mut().zip(color) {
        *value = (f32::from(*value) * (1.0 - opacity) + f32::from(new) * opacity).round() as u8;
    }
}

/// The outline of a box, given by left, top, right, bottom.
pub(crate) fn outline(picture: &mut RgbImage, corners: [f32; 4], color: [u8; 3]) {
    let [left, top, right, bottom] = corners.map(|corner| corner as i32);
    let rectangle = Rectangle::with_corners(Point::new(left, top), Point::new(right, bottom));
    draw(
        rectangle.into_styled(PrimitiveStyle::with_stroke(rgb(color), 2)),
        picture,
    );
}

/// A line between two points.
pub(crate) fn line(picture: &mut RgbImage, [from, to]: [[f32; 2]; 2], color: [u8; 3]) {
    let [from, to] = [from, to].map(|[x, y]| Point::new(x as i32, y as i32));
    draw(
        Line::new(from, to).into_styled(PrimitiveStyle::with_stroke(rgb(color), 2)),
        picture,
    );
}

/// A dot.
pub(crate) fn dot(picture: &mut RgbImage, [x, y]: [f32; 2], color: [u8; 3]) {
    let circle = Circle::with_center(Point::new(x as i32, y as i32), 5);
    draw(
        circle.into_styled(PrimitiveStyle::with_fill(rgb(color))),
        picture,
    );
}

/// Text in white on a color, given the left end of its top edge; moved down or left where it would leave the picture.
pub(crate) fn text(picture: &mut RgbImage, text: &str, [x, y]: [i32; 2], background: [u8; 3]) {
    let length = FONT.character_size.width as usize * text.chars().count();
    let last = (picture.width() as usize).saturating_sub(length) as i32;
    let place = Point::new(x.min(last).max(0), y.max(0));
    let style = MonoTextStyleBuilder::new()
        .font(&FONT)
        .text_color(Rgb888::WHITE)
        .background_color(rgb(background))
        .build();
    draw(
        Text::with_baseline(text, place, style, Baseline::Top),
        picture,
    );
}

/// Lines of text, one below the other, in the upper left corner.
pub(crate) fn lines(picture: &mut RgbImage, lines: &[String]) {
    for (row, line) in (0..).zip(lines) {
        text(picture, line, [0, row * TEXT_HEIGHT], [0; 3]);
    }
}

/// Text over the upper left corner of a box.
pub(crate) fn label(picture: &mut RgbImage, label: &str, corners: [f32; 4], color: [u8; 3]) {
    let [left, top, ..] = corners.map(|corner| corner as i32);
    text(picture, label, [left, top - TEXT_HEIGHT], color);
}

fn rgb([red, green, blue]: [u8; 3]) -> Rgb888 {
    Rgb888::new(red, green, blue)
}

fn draw(what: impl Drawable<Color = Rgb888>, picture: &mut RgbImage) {
    let Ok(_) = what.draw(&mut Canvas(picture));
}

/// A picture as embedded-graphics draws on it.
struct Canvas<'p>(&'p mut RgbImage);

impl OriginDimensions for Canvas<'_> {
    fn size(&self) -> Size {
        Size::new(self.0.width(), self.0.height())
    }
}

impl DrawTarget for Canvas<'_> {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        for Pixel(point, color) in pixels {
            let place = u32::try_from(point.x).ok().zip(u32::try_from(point.y).ok());
            if let Some(pixel) = place.and_then(|(x, y)| self.0.get_pixel_mut_checked(x, y)) {
                pixel.0 = [color.r(), color.g(), color.b()];
            }
        }
        Ok(())
    }
}
