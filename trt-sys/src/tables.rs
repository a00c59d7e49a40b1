//! The function tables compiled into this program.

use crate::bindings::TrtApi;

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// One table per set of headers that the build found, in no particular order.
pub fn tables() -> impl Iterator<Item = &'static TrtApi> {
    TABLES.iter().map(|table| {
        // SAFETY: the function takes nothing and returns a pointer to a table that is made on first use and never freed.
        unsafe { &*table() }
    })
}
