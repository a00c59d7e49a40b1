//! Layouts and memory formats, as torch.export numbers them.

/// How a tensor is laid out in memory (`torch.layout`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// `torch.strided`
    Strided,
    /// One of the sparse layouts or `torch._mkldnn`, by name: only ever refused.
    Other(&'static str),
}

impl Layout {
    /// The layout behind a `Layout` code of torch.export's schema.
    pub fn from_code(code: i64) -> Option<Self> {
        Some(match code {
            1 => Self::Other("sparse_coo"),
            2 => Self::Other("sparse_csr"),
            3 => Self::Other("sparse_csc"),
            4 => Self::Other("sparse_bsr"),
            5 => Self::Other("sparse_bsc"),
            6 => Self::Other("_mkldnn"),
            7 => Self::Strided,
            _ => return None,
        })
    }
}

/// A memory format (`torch.memory_format`). Values of the graph have none: it only matters for strides and aliasing.
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

impl MemoryFormat {
    /// The format behind a `MemoryFormat` code of torch.export's schema.
    pub fn from_code(code: i64) -> Option<Self> {
        Some(match code {
            1 => Self::Contiguous,
            2 => Self::ChannelsLast,
            3 => Self::ChannelsLast3d,
            4 => Self::Preserve,
            _ => return None,
        })
    }
}
