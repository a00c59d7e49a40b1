//! Reader of the archives that `torch.export.save` writes (`.pt2`).
//!
//! The format is PyTorch's own: a zip with the program as JSON (`torch/_export/serde/schema.py`) and the raw bytes of every tensor
//! storage, which are mapped into memory instead of read.

mod dtype;
mod srepr;
mod symbol;
mod weights;

pub use dtype::DType;
pub use symbol::{SymExpr, SymOp};
pub use weights::{AlignedBytes, Weight};

/// Least and greatest value of a size symbol; a missing end is unbounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SymRange {
    /// Least value.
    pub min: Option<i64>,
    /// Greatest value.
    pub max: Option<i64>,
}

/// How a tensor is laid out in memory (`torch.layout`), by PyTorch's name without the `torch.` in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// `torch.strided`
    Strided,
    /// One of the sparse layouts or `torch._mkldnn`; only ever refused.
    Other(&'static str),
}

/// A memory format (`torch.memory_format`). Values in the graph have none: it only matters for aliasing and strides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemoryFormat {
    /// `torch.contiguous_format`
    Contiguous,
    /// `torch.channels_last`
    ChannelsLast,
    /// `torch.channels_last_3d`
    ChannelsLast3d,
    /// `torch.preserve_format`
    Preserve,
}
