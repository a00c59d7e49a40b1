//! The built-in converters, one file for each family of operators. Each follows the PyTorch page of the function it is named after.

mod accumulate;
mod activation;
mod attention;
mod cast;
mod compare;
mod conv;
mod creation;
mod declined;
mod diagonal;
mod elementwise;
mod indexing;
mod join;
mod matmul;
mod norm;
mod pad;
mod pool;
mod reduce;
mod resize;
mod scatter;
mod search;
mod select;
mod shape;
mod softmax;
mod unary;
