//! What can be wrong with an archive.

use std::path::PathBuf;

/// An archive that cannot be read. Every message names the file's part at fault and the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be opened or mapped.
    #[error("cannot open {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no zip, or a damaged one.
    #[error(
        "{} is not a complete .pt2 archive: {detail}. \
         Write it again with `torch.export.save(program, \"model.pt2\")`, or copy it again if it was cut short",
        path.display()
    )]
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// A zip of another kind.
    #[error("{} holds {found}, not an exported program. Export the model with `torch.export.export` and `torch.export.save`", path.display())]
    WrongKind {
        /// The file.
        path: PathBuf,
        /// What it holds.
        found: String,
    },
    /// An entry that the format asks for is not there.
    #[error("the archive has no entry `{entry}`; it is incomplete: export the model again")]
    MissingEntry {
        /// Path of the entry in the zip.
        entry: String,
    },
    /// An entry cannot be read.
    #[error("the archive's entry `{entry}` is damaged: {detail}; copy or export the file again")]
    Damaged {
        /// Path of the entry in the zip.
        entry: String,
        /// What is wrong.
        detail: String,
    },
    /// An entry does not say what its schema asks for.
    #[error(
        "the archive's entry `{entry}` is not understood: {detail}. This program reads what PyTorch 2.11 writes"
    )]
    Json {
        /// Path of the entry in the zip.
        entry: String,
        /// Line and column and what was found there.
        detail: String,
    },
    /// Another major version of the schema.
    #[error(
        "the program has schema version {found_major}.{found_minor} (written by PyTorch {torch}); \
         this program reads schema version {}.x, which PyTorch 2.11 writes: export the model with that version",
        super::SCHEMA_MAJOR
    )]
    Schema {
        /// Major version found.
        found_major: u64,
        /// Minor version found.
        found_minor: u64,
        /// The PyTorch that wrote it, or `?`.
        torch: String,
    },
    /// The archive holds several programs, none of which is called `model`.
    #[error("the archive holds {} programs ({}), none of them named `model`; save each in a file of its own", names.len(), names.join(", "))]
    ManyPrograms {
        /// Their names.
        names: Vec<String>,
    },
    /// Written on a big-endian machine.
    #[error(
        "the archive stores `{found}`-endian numbers; only little-endian is read: export the model on a little-endian machine"
    )]
    ByteOrder {
        /// What the archive says.
        found: String,
    },
    /// A tensor saved as a Python pickle.
    #[error(
        "`{name}` is saved as a Python pickle (it is a tensor subclass), which is not read. \
         Replace it by a plain tensor before exporting"
    )]
    Pickled {
        /// Name in the state dict.
        name: String,
    },
    /// A tensor's bytes are not in the archive.
    #[error(
        "the bytes of `{name}` are missing: the archive has no entry `{entry}`; export the model again"
    )]
    MissingWeight {
        /// Name in the state dict.
        name: String,
        /// Path of the entry in the zip.
        entry: String,
    },
    /// A tensor has fewer bytes than its shape needs.
    #[error(
        "`{name}` needs {needed} bytes, the archive's entry `{entry}` has {found}; export the model again"
    )]
    WeightSize {
        /// Name in the state dict.
        name: String,
        /// Path of the entry in the zip.
        entry: String,
        /// Bytes that shape and strides ask for.
        needed: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// A tensor's sizes, strides or offset are impossible.
    #[error("`{name}` has impossible sizes, strides or offset ({detail}); export the model again")]
    WeightView {
        /// Name in the state dict.
        name: String,
        /// What was found.
        detail: String,
    },
    /// An element type without a counterpart here.
    #[error(
        "`{name}` has the unknown element type {code} (a code of torch.export's ScalarType); this program reads those of PyTorch 2.11"
    )]
    DType {
        /// The tensor.
        name: String,
        /// The code found.
        code: i64,
    },
    /// A tensor that is not strided.
    #[error(
        "`{name}` has layout `{layout}`; only strided tensors are read: call `.to_dense()` before exporting"
    )]
    Layout {
        /// The tensor.
        name: String,
        /// The layout found.
        layout: String,
    },
    /// A symbolic size that is not understood.
    #[error("the size of `{name}` is not understood: {detail}")]
    Expression {
        /// The value.
        name: String,
        /// What and where.
        detail: String,
    },
    /// The program contradicts itself.
    #[error("the program is not consistent: {detail}; export the model again")]
    Inconsistent {
        /// What is wrong.
        detail: String,
    },
}
