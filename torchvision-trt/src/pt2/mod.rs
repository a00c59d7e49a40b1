//! Reader of the archives that `torch.export.save` writes (`.pt2`).
//!
//! The format is PyTorch's own: a zip with the program as JSON (`torch/_export/serde/schema.py`) and the raw bytes of every tensor
//! storage, which are mapped into memory instead of read. All that a program can hold is read, or refused with an [`Error`] that
//! names it.

mod archive;
mod dtype;
mod error;
mod layout;
mod nan;
mod program;
pub(crate) mod schema;
mod srepr;
mod symbol;
mod tree;
mod weights;
mod zip;

pub use dtype::DType;
pub use error::Error;
pub use layout::{Layout, MemoryFormat};
pub use program::Program;
pub(crate) use program::dtype as tensor_dtype;
pub use symbol::{SymExpr, SymOp, SymRange};
pub use weights::{AlignedBytes, Weight};

/// Major version of torch.export's schema that is read; PyTorch 2.11 writes 8.17.
pub const SCHEMA_MAJOR: u64 = 8;
