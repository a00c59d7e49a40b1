//! What the run side says on a machine without a GPU. With one, `gpu_run` covers the same ground.

use trt::cuda::{self, Device, DeviceBuffer};
use trt::{EngineRefusal, Error, Library, Runtime};

fn no_gpu() -> Option<cuda::Error> {
    let error = Device::new(0).err();
    if error.is_none() {
        println!("skipped: this machine has a CUDA device");
    }
    error
}

#[test]
fn cuda_objects_need_a_device_and_there_is_none_to_be_had() {
    let Some(error) = no_gpu() else { return };
    assert!(
        matches!(error, cuda::Error::NoDriver { .. } | cuda::Error::NoDevice),
        "{error}"
    );
    assert_eq!(Device::count().unwrap_or(0), 0);
    assert!(!cuda::is_available());
    // Buffers, streams and events take a `Device`, so they cannot even be asked for.
    let _: fn(&Device, usize) -> cuda::Result<DeviceBuffer> = DeviceBuffer::new;
}

#[test]
fn an_engine_is_refused_with_a_typed_error() {
    let Some(no_gpu) = no_gpu() else { return };
    let library = match Library::load() {
        Ok(library) => library,
        Err(error) => return println!("skipped: no TensorRT ({error})"),
    };
    // TensorRT itself does not start without a driver; TensorRT-RTX does.
    let runtime = match Runtime::new(&library) {
        Ok(runtime) => runtime,
        Err(error) => {
            assert!(
                matches!(error, Error::Call { .. } | Error::Cuda(_)),
                "{error}"
            );
            return;
        }
    };
    assert!(matches!(runtime.device(), Err(Error::Cuda(error)) if error == no_gpu));
    for garbage in [&b""[..], b"short", &[0; 1000]] {
        let error = runtime.load_engine(garbage).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Engine {
                    reason: EngineRefusal::Damaged,
                    ..
                }
            ),
            "{error}"
        );
        assert!(error.to_string().contains("no TensorRT plan"), "{error}");
    }
    // What could be a plan is not looked at any further.
    let error = runtime.load_engine(&[7; 1000]).unwrap_err();
    assert!(matches!(error, Error::Cuda(error) if error == no_gpu));
    drop(library);
    drop(runtime);
}
