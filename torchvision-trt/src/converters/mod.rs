//! The built-in converters, one file for each family of operators. Each follows the PyTorch page of the function it is named after.

mod activation;
mod attention;
mod cast;
mod compare;
mod conv;
mod creation;
mod deform;
mod elementwise;
mod embedding;
mod grid;
mod indexing;
mod join;
mod matmul;
mod norm;
mod pad;
mod pool;
mod product;
mod reduce;
mod regions;
mod resize;
mod select;
mod shape;
mod softmax;
mod unary;
mod windows;
