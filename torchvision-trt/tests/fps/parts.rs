//! The parts of the bench `fps`: arguments, journal, processes, counts, tables.

#![allow(dead_code, reason = "the bench itself is what uses most of it")]

#[path = "../../benches/fps/harness.rs"]
mod fps;
