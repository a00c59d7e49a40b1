//! Loops.

use super::*;
use trt::{LoopOutputKind, TripLimitKind};

/// A loop over the slices of `x` along `axis`, which adds them to `start`: the last sum, the sums after and before each step.
fn sums<'n>(
    network: &'n Network<'_>,
    [x, start]: [trt::Tensor<'n>; 2],
    steps: i32,
    [axis, along]: [i64; 2],
    reverse: bool,
    kind: LoopOutputKind,
) -> Outputs<'n> {
    let count = network.add_constant(&[], Weights::from(network.keep(vec![steps])))?;
    let body = network.add_loop()?;
    body.add_trip_limit(count.output(0), TripLimitKind::Count)?;
    let slice = body.add_iterator(x, axis, reverse)?;
    let sum = body.add_recurrence(start)?;
    let next =
        network.add_elementwise(sum.output(0), slice.output(0), ElementWiseOperation::Sum)?;
    sum.set_input(1, next.output(0))?;
    let last = body.add_output(sum.output(0), LoopOutputKind::LastValue, 0)?;
    let after = body.add_output(next.output(0), kind, along)?;
    after.set_input(1, count.output(0))?;
    let before = body.add_output(sum.output(0), kind, along)?;
    before.set_input(1, count.output(0))?;
    Ok(vec![last.output(0), after.output(0), before.output(0)])
}

#[test]
fn running_sums() {
    let (x, start) = (randn(&[4, 3]), randn(&[3]));
    let after = x.cumsum(0, Kind::Float) + &start;
    let before = &after - &x;
    for dynamic in [false, true] {
        let got = run(&[&x, &start], dynamic, |network, inputs| {
            let inputs = [inputs[0], inputs[1]];
            sums(
                network,
                inputs,
                4,
                [0, 0],
                false,
                LoopOutputKind::Concatenate,
            )
        })
        .unwrap();
        assert_close(&got[0], &after.get(3));
        assert_close(&got[1], &after);
        assert_close(&got[2], &before);
    }
}

#[test]
fn from_the_last_slice_to_the_first() {
    let (x, start) = (randn(&[3, 4]), randn(&[3]));
    let from_last = x.flip([1]);
    let after = from_last.cumsum(1, Kind::Float) + start.unsqueeze(1);
    let got = run(&[&x, &start], false, |network, inputs| {
        let inputs = [inputs[0], inputs[1]];
        sums(network, inputs, 4, [1, 1], true, LoopOutputKind::Reverse)
    })
    .unwrap();
    assert_close(&got[0], &after.select(1, 3));
    assert_close(&got[1], &after.flip([1]));
    assert_close(&got[2], &(&after - &from_last).flip([1]));
}

#[test]
fn fewer_steps_than_slices() {
    let (x, start) = (randn(&[5, 2]), randn(&[2]));
    let after = x.cumsum(0, Kind::Float) + &start;
    // TensorRT-RTX takes the number of slices for that of steps, and builds no engine.
    let got = run_and(&[&x, &start], false, false, |network, inputs| {
        let inputs = [inputs[0], inputs[1]];
        sums(
            network,
            inputs,
            3,
            [0, 1],
            false,
            LoopOutputKind::Concatenate,
        )
    })
    .unwrap();
    assert_close(&got[0], &after.get(2));
    assert_close(&got[1], &after.narrow(0, 0, 3).transpose(0, 1));
}

#[test]
fn a_condition_is_refused() {
    let (x, start) = (randn(&[4, 3]), randn(&[3]));
    let error = run_and(&[&x, &start], false, false, |network, inputs| {
        let body = network.add_loop()?;
        let flag = network.add_constant(&[], Weights::from(network.keep(vec![1i32])))?;
        let flag = network.add_cast(flag.output(0), DataType::Bool)?;
        let flag = body.add_recurrence(flag.output(0))?;
        flag.set_input(1, flag.output(0))?;
        body.add_trip_limit(flag.output(0), TripLimitKind::While)?;
        let sum = body.add_recurrence(inputs[1])?;
        sum.set_input(1, sum.output(0))?;
        let last = body.add_output(sum.output(0), LoopOutputKind::LastValue, 0)?;
        Ok(vec![last.output(0)])
    })
    .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("not supported by the interpreter"),
        "{error}"
    );
}
