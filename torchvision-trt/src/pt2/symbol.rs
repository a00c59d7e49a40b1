//! Symbolic sizes: SymPy expressions over the program's size symbols, read from SymPy's `srepr` form.
//!
//! The operators are those of `torch.utils._sympy.functions` in PyTorch 2.11, with PyTorch's meaning: `FloorDiv` and `PythonMod`
//! round towards minus infinity, `Mod` is C's remainder of non-negative numbers.

use std::fmt;
use std::sync::Arc;

/// A size, or a condition on sizes, as an expression over symbols.
#[derive(Clone, Debug, PartialEq)]
pub enum SymExpr {
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// A size symbol (`s77`; `u0` for sizes that depend on data).
    Symbol(Arc<str>),
    /// An operator applied to its operands.
    Apply(SymOp, Vec<SymExpr>),
}

// Floats in expressions come from literals and are never NaN: the parser refuses it.
impl Eq for SymExpr {}

impl std::hash::Hash for SymExpr {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Int(n) => n.hash(state),
            Self::Float(x) => x.to_bits().hash(state),
            Self::Bool(b) => b.hash(state),
            Self::Symbol(s) => s.hash(state),
            Self::Apply(op, args) => {
                op.hash(state);
                args.hash(state);
            }
        }
    }
}

macro_rules! operators {
    ($($(#[$doc:meta])* $variant:ident = $name:literal $arity:expr,)*) => {
        /// Operators of a [`SymExpr`], by their SymPy class.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum SymOp { $($(#[$doc])* $variant,)* }

        impl SymOp {
            /// The operator of a SymPy class.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            /// Name of the SymPy class.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Least and greatest number of operands.
            fn arity(self) -> (usize, usize) {
                match self { $(Self::$variant => $arity,)* }
            }
        }
    };
}

const ANY: usize = usize::MAX;

operators! {
    /// Sum.
    Add = "Add" (1, ANY),
    /// Product.
    Mul = "Mul" (1, ANY),
    /// Power; a negative exponent makes a fraction.
    Pow = "Pow" (2, 2),
    /// Fraction of two integers.
    Rational = "Rational" (2, 2),
    /// Division rounded towards minus infinity.
    FloorDiv = "FloorDiv" (2, 2),
    /// Division that is known to leave no remainder.
    CleanDiv = "CleanDiv" (2, 2),
    /// Division rounded towards plus infinity.
    CeilDiv = "CeilDiv" (2, 2),
    /// Remainder of non-negative numbers.
    Mod = "Mod" (2, 2),
    /// Remainder with the sign of the divisor.
    PythonMod = "PythonMod" (2, 2),
    /// `(a // b) % c`.
    ModularIndexing = "ModularIndexing" (3, 3),
    /// Greatest operand.
    Max = "Max" (1, ANY),
    /// Least operand.
    Min = "Min" (1, ANY),
    /// `if a then b else c`.
    Where = "Where" (3, 3),
    /// Left shift.
    LShift = "LShift" (2, 2),
    /// Right shift.
    RShift = "RShift" (2, 2),
    /// Integer power with a non-negative exponent.
    PowByNatural = "PowByNatural" (2, 2),
    /// Float power.
    FloatPow = "FloatPow" (2, 2),
    /// Float division of floats.
    FloatTrueDiv = "FloatTrueDiv" (2, 2),
    /// Float division of integers.
    IntTrueDiv = "IntTrueDiv" (2, 2),
    /// Float to integer, towards zero.
    TruncToInt = "TruncToInt" (1, 1),
    /// Float rounded towards zero.
    TruncToFloat = "TruncToFloat" (1, 1),
    /// Float to integer, upwards.
    CeilToInt = "CeilToInt" (1, 1),
    /// Float to integer, downwards.
    FloorToInt = "FloorToInt" (1, 1),
    /// Float to integer, to the nearest, halves to even.
    RoundToInt = "RoundToInt" (1, 1),
    /// Float rounded to a number of decimals.
    RoundDecimal = "RoundDecimal" (2, 2),
    /// Integer to float.
    ToFloat = "ToFloat" (1, 1),
    /// Its operand.
    Identity = "Identity" (1, 1),
    /// Absolute value.
    Abs = "Abs" (1, 1),
    /// SymPy's floor.
    Floor = "floor" (1, 1),
    /// SymPy's ceiling.
    Ceiling = "ceiling" (1, 1),
    /// Square root that stays symbolic.
    Sqrt = "OpaqueUnaryFn_sqrt" (1, 1),
    /// Base-2 logarithm that stays symbolic.
    Log2 = "OpaqueUnaryFn_log2" (1, 1),
    /// Bitwise and.
    BitAnd = "BitwiseFn_bitwise_and" (2, 2),
    /// Bitwise or.
    BitOr = "BitwiseFn_bitwise_or" (2, 2),
    /// Bitwise exclusive or.
    BitXor = "BitwiseFn_bitwise_xor" (2, 2),
    /// Equality.
    Eq = "Equality" (2, 2),
    /// Inequality.
    Ne = "Unequality" (2, 2),
    /// Less than.
    Lt = "StrictLessThan" (2, 2),
    /// Less than or equal.
    Le = "LessThan" (2, 2),
    /// Greater than.
    Gt = "StrictGreaterThan" (2, 2),
    /// Greater than or equal.
    Ge = "GreaterThan" (2, 2),
    /// Conjunction.
    And = "And" (1, ANY),
    /// Disjunction.
    Or = "Or" (1, ANY),
    /// Negation.
    Not = "Not" (1, 1),
    /// One if the sizes and strides that follow describe a dense tensor.
    IsDense = "IsNonOverlappingAndDenseIndicator" (0, ANY),
}

impl SymExpr {
    /// Reads SymPy's `srepr` form, such as `Mul(Integer(32), Symbol('s39', positive=True, integer=True))`.
    ///
    /// # Errors
    /// What is wrong and where (byte position) when the text is not of that form or uses a function that is not known.
    pub fn parse(text: &str) -> Result<Self, String> {
        super::srepr::parse(text)
    }

    /// The symbol with this name.
    pub fn symbol(name: &str) -> Self {
        Self::Symbol(name.into())
    }

    /// Calls `visit` with the name of every symbol, repeated ones included.
    pub fn for_each_symbol<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        match self {
            Self::Symbol(name) => visit(name),
            Self::Apply(_, args) => args.iter().for_each(|a| a.for_each_symbol(visit)),
            _ => {}
        }
    }

    /// The integer the expression comes to when `sizes` gives the symbols' values.
    /// `None`: a symbol is unknown, the result is no integer, or it overflows.
    pub fn eval(&self, sizes: &dyn Fn(&str) -> Option<i64>) -> Option<i64> {
        self.number(sizes)?.as_int()
    }

    /// The truth value of a condition, see [`eval`](Self::eval).
    pub fn eval_bool(&self, sizes: &dyn Fn(&str) -> Option<i64>) -> Option<bool> {
        self.number(sizes)?.as_bool()
    }

    /// The float the expression comes to, see [`eval`](Self::eval).
    pub fn eval_float(&self, sizes: &dyn Fn(&str) -> Option<i64>) -> Option<f64> {
        Some(self.number(sizes)?.as_float())
    }

    fn number(&self, sizes: &dyn Fn(&str) -> Option<i64>) -> Option<Number> {
        match self {
            Self::Int(n) => Some(Number::Ratio((*n).into(), 1)),
            Self::Float(x) => Some(Number::Float(*x)),
            Self::Bool(b) => Some(Number::Bool(*b)),
            Self::Symbol(name) => Some(Number::Ratio(sizes(name)?.into(), 1)),
            Self::Apply(SymOp::Where, args) => {
                args[if args[0].eval_bool(sizes)? { 1 } else { 2 }].number(sizes)
            }
            Self::Apply(op, args) => {
                let args = args
                    .iter()
                    .map(|a| a.number(sizes))
                    .collect::<Option<Vec<_>>>()?;
                apply(*op, &args)
            }
        }
    }

    pub(super) fn apply(op: SymOp, args: Vec<SymExpr>) -> Result<Self, String> {
        let (least, most) = op.arity();
        if args.len() < least || args.len() > most {
            return Err(format!("{} with {} operands", op.name(), args.len()));
        }
        Ok(Self::Apply(op, args))
    }
}

/// Values while evaluating: integers are fractions over 1, kept in lowest terms.
#[derive(Clone, Copy, Debug)]
enum Number {
    Ratio(i128, i128),
    Float(f64),
    Bool(bool),
}

impl Number {
    fn ratio(n: i128, d: i128) -> Option<Self> {
        fn gcd(a: u128, b: u128) -> u128 {
            if b == 0 { a } else { gcd(b, a % b) }
        }
        if d == 0 {
            return None;
        }
        let g = i128::try_from(gcd(n.unsigned_abs(), d.unsigned_abs()))
            .ok()?
            .max(1)
            * d.signum();
        Some(Self::Ratio(n / g, d / g))
    }

    fn as_int(self) -> Option<i64> {
        match self {
            Self::Ratio(n, 1) => i64::try_from(n).ok(),
            _ => None,
        }
    }

    fn as_float(self) -> f64 {
        match self {
            Self::Ratio(n, d) => n as f64 / d as f64,
            Self::Float(x) => x,
            Self::Bool(b) => f64::from(u8::from(b)),
        }
    }

    fn as_bool(self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(b),
            _ => None,
        }
    }

    fn from_float(x: f64) -> Option<Self> {
        // Beyond 2^63 no size can be meant.
        (x.is_finite() && x.abs() < 9.2e18).then_some(Self::Ratio(x as i128, 1))
    }

    fn compare(self, other: Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Ratio(a, b), Self::Ratio(c, d)) => {
                Some(a.checked_mul(d)?.cmp(&c.checked_mul(b)?))
            }
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(&b)),
            _ => self.as_float().partial_cmp(&other.as_float()),
        }
    }

    fn add(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Ratio(a, b), Self::Ratio(c, d)) => Self::ratio(
                a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?,
                b.checked_mul(d)?,
            ),
            _ => Some(Self::Float(self.as_float() + other.as_float())),
        }
    }

    fn mul(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Ratio(a, b), Self::Ratio(c, d)) => {
                Self::ratio(a.checked_mul(c)?, b.checked_mul(d)?)
            }
            _ => Some(Self::Float(self.as_float() * other.as_float())),
        }
    }

    fn pow(self, exponent: Self) -> Option<Self> {
        match (self, exponent) {
            (Self::Ratio(n, d), Self::Ratio(e, 1)) => {
                let power = u32::try_from(e.unsigned_abs()).ok()?;
                let (n, d) = (n.checked_pow(power)?, d.checked_pow(power)?);
                if e < 0 {
                    Self::ratio(d, n)
                } else {
                    Self::ratio(n, d)
                }
            }
            _ => Some(Self::Float(self.as_float().powf(exponent.as_float()))),
        }
    }
}

fn apply(op: SymOp, args: &[Number]) -> Option<Number> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let int = |i: usize| args[i].as_int().map(i128::from);
    let float = |i: usize| args[i].as_float();
    let whole = |n: i128| Some(Number::Ratio(n, 1));
    let floor_div = |a: i128, b: i128| {
        (b != 0).then(|| a.div_euclid(b) - i128::from(b < 0 && a.rem_euclid(b) != 0))
    };
    let truth = |b: bool| Some(Number::Bool(b));
    match op {
        SymOp::Add => args.iter().try_fold(Number::Ratio(0, 1), |a, b| a.add(*b)),
        SymOp::Mul => args.iter().try_fold(Number::Ratio(1, 1), |a, b| a.mul(*b)),
        SymOp::Pow | SymOp::PowByNatural => args[0].pow(args[1]),
        SymOp::Rational => Number::ratio(int(0)?, int(1)?),
        SymOp::FloorDiv => whole(floor_div(int(0)?, int(1)?)?),
        SymOp::CleanDiv => Number::ratio(int(0)?, int(1)?),
        SymOp::CeilDiv => whole(-floor_div(-int(0)?, int(1)?)?),
        SymOp::Mod | SymOp::PythonMod => {
            let (a, b) = (int(0)?, int(1)?);
            whole(a - floor_div(a, b)? * b)
        }
        SymOp::ModularIndexing => {
            let (a, b) = (floor_div(int(0)?, int(1)?)?, int(2)?);
            whole(a - floor_div(a, b)? * b)
        }
        SymOp::Max | SymOp::Min => {
            let wanted = if op == SymOp::Max { Greater } else { Less };
            let mut best = args[0];
            for arg in &args[1..] {
                if arg.compare(best)? == wanted {
                    best = *arg;
                }
            }
            Some(best)
        }
        SymOp::LShift => {
            whole(int(0)?.checked_shl(u32::try_from(int(1)?).ok().filter(|s| *s < 64)?)?)
        }
        SymOp::RShift => whole(int(0)?.checked_shr(u32::try_from(int(1)?).ok()?)?),
        SymOp::FloatPow => Some(Number::Float(float(0).powf(float(1)))),
        SymOp::FloatTrueDiv | SymOp::IntTrueDiv => Some(Number::Float(float(0) / float(1))),
        SymOp::TruncToInt => Number::from_float(float(0).trunc()),
        SymOp::TruncToFloat => Some(Number::Float(float(0).trunc())),
        SymOp::CeilToInt | SymOp::Ceiling => Number::from_float(float(0).ceil()),
        SymOp::FloorToInt | SymOp::Floor => Number::from_float(float(0).floor()),
        SymOp::RoundToInt => Number::from_float(float(0).round_ties_even()),
        SymOp::RoundDecimal => {
            let scale = 10f64.powi(i32::try_from(int(1)?).ok()?);
            Some(Number::Float((float(0) * scale).round_ties_even() / scale))
        }
        SymOp::ToFloat => Some(Number::Float(float(0))),
        SymOp::Identity => Some(args[0]),
        SymOp::Abs => {
            if args[0].compare(Number::Ratio(0, 1))? == Less {
                args[0].mul(Number::Ratio(-1, 1))
            } else {
                Some(args[0])
            }
        }
        SymOp::Sqrt => Some(Number::Float(float(0).sqrt())),
        SymOp::Log2 => Some(Number::Float(float(0).log2())),
        SymOp::BitAnd => whole(int(0)? & int(1)?),
        SymOp::BitOr => whole(int(0)? | int(1)?),
        SymOp::BitXor => whole(int(0)? ^ int(1)?),
        SymOp::Eq => truth(args[0].compare(args[1])? == Equal),
        SymOp::Ne => truth(args[0].compare(args[1])? != Equal),
        SymOp::Lt => truth(args[0].compare(args[1])? == Less),
        SymOp::Le => truth(args[0].compare(args[1])? != Greater),
        SymOp::Gt => truth(args[0].compare(args[1])? == Greater),
        SymOp::Ge => truth(args[0].compare(args[1])? != Less),
        SymOp::And => args
            .iter()
            .try_fold(true, |all, a| Some(all && a.as_bool()?))
            .and_then(truth),
        SymOp::Or => args
            .iter()
            .try_fold(false, |any, a| Some(any || a.as_bool()?))
            .and_then(truth),
        SymOp::Not => truth(!args[0].as_bool()?),
        // `Where` is lazy and handled by the caller; strides of inputs are always dense here.
        SymOp::Where | SymOp::IsDense => None,
    }
}

impl fmt::Display for SymExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let infix = |op: SymOp| match op {
            SymOp::Add => Some(" + "),
            SymOp::Mul => Some("*"),
            SymOp::Pow | SymOp::PowByNatural | SymOp::FloatPow => Some("**"),
            SymOp::FloorDiv | SymOp::CleanDiv => Some("//"),
            SymOp::Rational | SymOp::IntTrueDiv | SymOp::FloatTrueDiv => Some("/"),
            SymOp::Mod | SymOp::PythonMod => Some("%"),
            SymOp::Eq => Some(" == "),
            SymOp::Ne => Some(" != "),
            SymOp::Lt => Some(" < "),
            SymOp::Le => Some(" <= "),
            SymOp::Gt => Some(" > "),
            SymOp::Ge => Some(" >= "),
            _ => None,
        };
        match self {
            Self::Int(n) => write!(f, "{n}"),
            Self::Float(x) => write!(f, "{x:?}"),
            Self::Bool(b) => f.write_str(if *b { "True" } else { "False" }),
            Self::Symbol(name) => f.write_str(name),
            Self::Apply(op, args) => {
                let separator = infix(*op);
                if separator.is_none() {
                    write!(f, "{}(", op.name())?;
                }
                for (i, arg) in args.iter().enumerate() {
                    if i > 0 {
                        f.write_str(separator.unwrap_or(", "))?;
                    }
                    let nested = matches!(arg, Self::Apply(inner, _) if infix(*inner).is_some());
                    if separator.is_some() && nested {
                        write!(f, "({arg})")?
                    } else {
                        write!(f, "{arg}")?
                    }
                }
                if separator.is_none() {
                    f.write_str(")")
                } else {
                    Ok(())
                }
            }
        }
    }
}

/// Least and greatest value of a size symbol; a missing end is unbounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SymRange {
    /// Least value.
    pub min: Option<i64>,
    /// Greatest value.
    pub max: Option<i64>,
}
