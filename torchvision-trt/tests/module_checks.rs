//! The checks of a call, without a GPU: they find what is wrong and, when nothing is, allocate nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use torchvision_trt::module::{
    Call, DeviceTensor, Error, LibraryMetadata, Metadata, ProfileShape, Signature, TensorMetadata,
    TensorSpec, TensorView, TrtModule,
};
use trt::{DataType, Dims, Library, Runtime};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// Counts the allocations of each thread.
struct Counting;

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn signature() -> Signature {
    let spec = |name: &str, dtype| TensorSpec {
        name: name.into(),
        path: name.into(),
        dtype,
        shape: Dims::from([-1, 3, 8, 8]),
        profiles: vec![ProfileShape {
            min: Dims::from([1, 3, 8, 8]),
            opt: Dims::from([4, 3, 8, 8]),
            max: Dims::from([16, 3, 8, 8]),
        }],
    };
    Signature {
        device: 0,
        inputs: vec![
            spec("image", DataType::Float),
            spec("mask", DataType::UInt8),
        ],
        outputs: vec![],
    }
}

#[test]
fn a_good_call_allocates_nothing_once_seen() {
    let signature = signature();
    let (image, mask) = (vec![0.0_f32; 2 * 192], vec![1_u8; 2 * 192]);
    let mut call = Call::default();
    let mut check = || {
        let inputs = [
            ("mask", TensorView::new(&mask, &[2, 3, 8, 8]).unwrap()),
            ("image", TensorView::new(&image, &[2, 3, 8, 8]).unwrap()),
        ];
        signature.check(&inputs, &mut call).unwrap();
    };
    check();
    let before = ALLOCATIONS.get();
    for _ in 0..1000 {
        check();
    }
    assert_eq!(ALLOCATIONS.get(), before);
    assert_eq!(call.order, [1, 0]);
    assert_eq!(call.profile, 0);
}

#[test]
fn every_wrong_argument_has_its_error() {
    let signature = signature();
    let image = vec![0.0_f32; 17 * 192];
    let mask = vec![0_u8; 17 * 192];
    let check = |name: &str, image: TensorView<'_>, mask_batch: usize| {
        let mask =
            TensorView::new(&mask[..mask_batch * 192], &[mask_batch as i64, 3, 8, 8]).unwrap();
        signature.check(&[(name, image), ("mask", mask)], &mut Call::default())
    };
    let view =
        |batch: usize| TensorView::new(&image[..batch * 192], &[batch as i64, 3, 8, 8]).unwrap();
    check("image", view(2), 2).unwrap();
    assert!(matches!(
        check("img", view(2), 2),
        Err(Error::UnknownName { .. })
    ));
    assert!(matches!(
        check("mask", view(2), 2),
        Err(Error::Duplicate { .. })
    ));
    assert!(matches!(
        check("image", view(17), 16),
        Err(Error::OutsideProfile { .. })
    ));
    assert!(matches!(
        check("image", view(0), 1),
        Err(Error::OutsideProfile { .. })
    ));
    let short = TensorView::new(&image[..100], &[1, 3, 8, 8]).unwrap();
    assert!(matches!(
        check("image", short, 1),
        Err(Error::Length { .. })
    ));
    let integers = TensorView::from_bytes(DataType::Int32, &[0; 768], &[1, 3, 8, 8]).unwrap();
    assert!(matches!(
        check("image", integers, 1),
        Err(Error::Dtype { .. })
    ));
    let channels_last = TensorView::new(&image[..192], &[1, 8, 8, 3]).unwrap();
    assert!(matches!(
        check("image", channels_last, 1),
        Err(Error::Shape { .. })
    ));

    let elsewhere = DeviceTensor {
        dtype: DataType::Float,
        shape: Dims::from([1, 3, 8, 8]),
        address: 0x1000,
        len: 768,
        device: Some(3),
    };
    let on_devices = [("image", elsewhere), ("mask", elsewhere)];
    let error = signature
        .check(&on_devices, &mut Call::default())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`image`: is on cuda:3, the engine on cuda:0; copy it there"
    );
    let alone = [(
        "mask",
        TensorView::new(&mask[..192], &[1, 3, 8, 8]).unwrap(),
    )];
    assert!(matches!(
        signature.check(&alone, &mut Call::default()),
        Err(Error::Missing { .. })
    ));
}

#[test]
fn files_that_are_no_engines_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.engine");
    let library = match Library::load() {
        Ok(library) => library,
        Err(error) => return println!("skipped: no TensorRT ({error})"),
    };
    // TensorRT itself does not start without a driver; TensorRT-RTX does.
    let runtime = match Runtime::new(&library) {
        Ok(runtime) => runtime,
        Err(error) => return println!("skipped: {error}"),
    };
    let error = TrtModule::load(&runtime, &path).unwrap_err();
    assert!(
        matches!(error, Error::Io { .. }) && error.to_string().contains("m.engine"),
        "{error}"
    );

    std::fs::write(&path, b"cut off").unwrap();
    let error = TrtModule::load(&runtime, &path).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no TensorRT plan or was cut off"),
        "{error}"
    );

    let tensor = TensorMetadata {
        name: "x".into(),
        path: "x".into(),
        dtype: DataType::Float,
        shape: vec![1],
        profiles: vec![],
    };
    Metadata {
        format: Metadata::FORMAT,
        created_by: "a test".into(),
        source: "m.pt2".into(),
        torch: None,
        library: LibraryMetadata {
            product: "TensorRT".into(),
            version: "99.0.0".into(),
        },
        targets: vec![],
        precision: "fp32".into(),
        int8: false,
        dla: None,
        plugins: vec![],
        preset: None,
        inputs: vec![tensor.clone()],
        outputs: vec![tensor],
    }
    .save_for(&path)
    .unwrap();
    let error = TrtModule::load(&runtime, &path).unwrap_err();
    assert!(matches!(error, Error::OtherLibrary { .. }), "{error}");
    assert!(
        error.to_string().contains("built by TensorRT 99.0.0"),
        "{error}"
    );

    std::fs::write(Metadata::path_for(&path), b"{").unwrap();
    assert!(matches!(
        TrtModule::load(&runtime, &path),
        Err(Error::Metadata { .. })
    ));
}
