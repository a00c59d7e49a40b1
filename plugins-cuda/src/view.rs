//! A tensor under another shape.

use trt::DataType;
use trt::plugin::{
    Call, Error, Field, FieldType, Fields, Plugin, Result, Size, SymbolicShape, TensorInfo,
};

use crate::kernels::{Tensor, kernel};
use crate::tensors::{MOVABLE, require};

/// The first input's elements under a shape computed from the shapes of the others.
///
/// `dim_expression` has an expression for each dimension of the output, separated by `;`: numbers, `a0` for dimension 0 of the second
/// input, `b1` for dimension 1 of the third and so on, `+ - *`, `/` (rounded down) and parentheses, with the usual precedence. The
/// elements of the other inputs are not read. The output must have as many elements as the first input.
#[derive(Debug)]
pub struct ExView {
    dim_expression: String,
}

#[repr(C)]
struct ViewArgs {
    input: Tensor,
    output: Tensor,
}

kernel!(plugins_cuda_view(ViewArgs));

impl Plugin for ExView {
    const NAME: &'static str = "ExView";

    fn fields() -> &'static [Field] {
        const { &[Field::required("dim_expression", FieldType::Text)] }
    }

    fn new(fields: &Fields) -> Result<Self> {
        let dim_expression = fields.text("dim_expression")?.to_owned();
        // With inputs of as many dimensions as there may be, only the grammar can be wrong.
        let any = SymbolicShape::from([1; trt::Dims::MAX_RANK]);
        shape(&dim_expression, &vec![any; LETTERS])?;
        Ok(Self { dim_expression })
    }

    fn values(&self) -> Fields {
        Fields::new().with("dim_expression", self.dim_expression.as_str())
    }

    fn output_types(&self, inputs: &[DataType]) -> Result<Vec<DataType>> {
        require(!inputs.is_empty(), "inputs", || "there is none".to_owned())?;
        Ok(vec![inputs[0]])
    }

    fn output_shapes(
        &self,
        inputs: &[SymbolicShape],
        _: &[SymbolicShape],
    ) -> Result<Vec<SymbolicShape>> {
        require(!inputs.is_empty(), "inputs", || "there is none".to_owned())?;
        let output = shape(&self.dim_expression, &inputs[1..])?;
        let counts = (inputs[0].volume().known(), output.volume().known());
        require(
            !matches!(counts, (Some(a), Some(b)) if a != b),
            "output",
            || {
                format!(
                    "has shape {output:?}, the input {:?} another number of elements",
                    inputs[0]
                )
            },
        )?;
        Ok(vec![output])
    }

    fn supports(&self, position: usize, tensors: &[TensorInfo], inputs: usize) -> bool {
        let own = tensors[position].is_linear_of(MOVABLE);
        own && (position < inputs || tensors[position].dtype == tensors[0].dtype)
    }

    fn enqueue(&self, call: &Call<'_>) -> Result<()> {
        call.check_shapes(self)?;
        let arguments = ViewArgs {
            input: Tensor::of(call.input(0)?)?,
            output: Tensor::of(call.output(0)?)?,
        };
        // SAFETY: the tensors and the stream are those of the call.
        unsafe { plugins_cuda_view(&arguments, call.stream()) }
    }
}

/// Inputs that an expression can name.
const LETTERS: usize = 26;

/// The shape that the expressions describe; `inputs` are those that `a`, `b`, … name.
fn shape(expressions: &str, inputs: &[SymbolicShape]) -> Result<SymbolicShape> {
    let list = expressions.trim().trim_end_matches(';');
    if list.is_empty() {
        return Ok(SymbolicShape::scalar());
    }
    let size = |text: &str| {
        let mut parser = Parser {
            rest: text.trim(),
            inputs,
        };
        let size = parser.sum()?;
        match parser.rest {
            "" => Ok(size),
            rest => Err(unexpected(rest)),
        }
    };
    list.split(';').map(size).collect()
}

/// What is left of an expression.
struct Parser<'e> {
    rest: &'e str,
    inputs: &'e [SymbolicShape],
}

impl Parser<'_> {
    /// Takes one of these characters, if it is next.
    fn take(&mut self, wanted: &[char]) -> Option<char> {
        let next = self
            .rest
            .chars()
            .next()
            .filter(|next| wanted.contains(next))?;
        self.rest = self.rest[next.len_utf8()..].trim_start();
        Some(next)
    }

    fn sum(&mut self) -> Result<Size> {
        let mut size = self.product()?;
        while let Some(operator) = self.take(&['+', '-']) {
            let other = self.product()?;
            size = if operator == '+' {
                size + other
            } else {
                size - other
            };
        }
        Ok(size)
    }

    fn product(&mut self) -> Result<Size> {
        let mut size = self.value()?;
        while let Some(operator) = self.take(&['*', '/']) {
            let other = self.value()?;
            size = if operator == '*' {
                size * other
            } else {
                size.floor_div(other)
            };
        }
        Ok(size)
    }

    fn value(&mut self) -> Result<Size> {
        if self.take(&['(']).is_some() {
            let size = self.sum()?;
            return self
                .take(&[')'])
                .map(|_| size)
                .ok_or_else(|| unexpected(self.rest));
        }
        let letter = self.rest.chars().next().filter(char::is_ascii_alphabetic);
        if let Some(letter) = letter {
            self.rest = &self.rest[1..];
            let dim = self.number()?;
            let input = usize::from(letter.to_ascii_lowercase() as u8 - b'a');
            let size = self
                .inputs
                .get(input)
                .and_then(|shape| shape.get(usize::try_from(dim).ok()?));
            return size.cloned().ok_or_else(|| {
                Error::field(
                    "dim_expression",
                    format!("names {letter}{dim}: there is no such input or dimension"),
                )
            });
        }
        Ok(self.number()?.into())
    }

    fn number(&mut self) -> Result<i64> {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        let number = digits.parse().map_err(|_| unexpected(self.rest))?;
        self.rest = rest.trim_start();
        Ok(number)
    }
}

fn unexpected(rest: &str) -> Error {
    let what = if rest.is_empty() {
        "the end".to_owned()
    } else {
        format!("{rest:?}")
    };
    Error::field(
        "dim_expression",
        format!("expected a number, a dimension such as a0, or an operator, found {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_have_the_usual_precedence() {
        let inputs = [SymbolicShape::from([2, 3]), SymbolicShape::from([7])];
        let dims = |text: &str| shape(text, &inputs).unwrap().dims().unwrap().to_vec();
        assert_eq!(dims("a0 + a1*2 ; b0/2;(a0+1)*A1"), [8, 3, 9]);
        assert_eq!(dims("10 - 3 - 2;"), [5]);
        assert!(dims("").is_empty());
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in [
            "a",
            "1+",
            "(1",
            "1)",
            "a9",
            "c0",
            "2 3",
            "1;;2",
            "é",
            "99999999999999999999",
        ] {
            assert!(shape(text, &[SymbolicShape::from([2])]).is_err(), "{text}");
        }
    }
}
