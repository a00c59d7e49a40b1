//! What the examples share: running a model on pictures, and drawing what it found.

#![allow(dead_code, reason = "each example uses a part of it")]

pub(crate) mod annotate;
pub(crate) mod draw;
pub(crate) mod model;
pub(crate) mod picture;
