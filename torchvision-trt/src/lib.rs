//! Exported PyTorch models (.pt2) to verified TensorRT engines.
