//! CUDA graphs: a recorded sequence of work that is launched with one call.

use cudarc::driver::sys::{CUgraph, CUgraphExec};

use super::driver::{Driver, required};
use super::{Device, Error, Result, Stream};

/// An executable graph, captured from a stream.
#[derive(Debug)]
pub struct Graph {
    device: Device,
    exec: CUgraphExec,
    nodes: usize,
}

// SAFETY: the driver asks that one executable graph is not used by two threads at once; `launch` takes `&mut self`.
unsafe impl Send for Graph {}

impl Graph {
    /// Records what `work` puts on `stream` instead of running it. Other threads are not disturbed (capture mode
    /// `THREAD_LOCAL`); on this thread, calls that wait or allocate (such as creating a buffer) fail meanwhile.
    ///
    /// # Errors
    /// The error of `work`, or of the driver when something in it cannot be captured: the stream then leaves capture
    /// mode. The default stream cannot be captured.
    pub fn capture<E: From<Error>>(
        stream: &Stream,
        work: impl FnOnce() -> Result<(), E>,
    ) -> Result<Self, E> {
        const THREAD_LOCAL: u32 = 1;
        let device = stream.device().clone();
        let driver = device.bind()?;
        let begin = required(driver.begin_capture, "cuStreamBeginCapture")?;
        let end = required(driver.end_capture, "cuStreamEndCapture")?;
        // SAFETY: a live stream of the current context.
        driver.check("cuStreamBeginCapture", unsafe {
            begin(stream.raw(), THREAD_LOCAL)
        })?;
        let worked = work();
        let mut graph = std::ptr::null_mut();
        // SAFETY: the stream is in capture mode and `graph` a valid out-pointer. Also called when `work` failed, so
        // that the stream leaves capture mode.
        let ended = unsafe { end(stream.raw(), &mut graph) };
        let template = Template(graph);
        worked?;
        driver.check("cuStreamEndCapture", ended)?;
        let nodes = template.count_nodes(driver)?;
        let exec = template.instantiate(driver)?;
        Ok(Self {
            device,
            exec,
            nodes,
        })
    }

    /// Puts the recorded work on a stream.
    ///
    /// # Errors
    /// A failing driver, or a stream of another device.
    ///
    /// # Safety
    /// Everything the recorded work refers to (buffers, the execution context) still exists and stays until the work
    /// is done, and nothing else writes to it meanwhile.
    pub unsafe fn launch(&mut self, stream: &Stream) -> Result<()> {
        self.device.check_same("stream", stream.device())?;
        let driver = self.device.bind()?;
        let launch = required(driver.graph_launch, "cuGraphLaunch")?;
        // SAFETY: a live executable graph and stream; the memory is the caller's promise.
        driver.check("cuGraphLaunch", unsafe { launch(self.exec, stream.raw()) })
    }

    /// The number of nodes (kernels, copies) in the graph.
    #[must_use]
    pub fn num_nodes(&self) -> usize {
        self.nodes
    }
}

impl Drop for Graph {
    fn drop(&mut self) {
        if let Ok(driver) = Driver::get()
            && let Some(destroy) = driver.graph_exec_destroy
        {
            // SAFETY: created by us; the driver keeps it until a running launch is done.
            driver.report("cuGraphExecDestroy", unsafe { destroy(self.exec) });
        }
    }
}

/// The graph that capture yields, from which the executable one is made; null after a failed capture.
struct Template(CUgraph);

impl Template {
    fn count_nodes(&self, driver: &Driver) -> Result<usize> {
        let nodes = required(driver.graph_nodes, "cuGraphGetNodes")?;
        let mut count = 0;
        // SAFETY: a null node list asks for the count only.
        driver.check("cuGraphGetNodes", unsafe {
            nodes(self.0, std::ptr::null_mut(), &mut count)
        })?;
        Ok(count)
    }

    fn instantiate(&self, driver: &Driver) -> Result<CUgraphExec> {
        let mut exec = std::ptr::null_mut();
        let status = if let Some(instantiate) = driver.graph_instantiate {
            // SAFETY: a live graph, valid out-pointer, no flags.
            unsafe { instantiate(&mut exec, self.0, 0) }
        } else {
            let instantiate = driver.graph_instantiate_v2.or(driver.graph_instantiate_v1);
            let instantiate = required(instantiate, "cuGraphInstantiate")?;
            // SAFETY: as above; the error node and log are optional.
            unsafe {
                instantiate(
                    &mut exec,
                    self.0,
                    std::ptr::null_mut(),
                    std::ptr::null_mut(),
                    0,
                )
            }
        };
        driver.check("cuGraphInstantiate", status)?;
        Ok(exec)
    }
}

impl Drop for Template {
    fn drop(&mut self) {
        if let (false, Ok(driver)) = (self.0.is_null(), Driver::get())
            && let Some(destroy) = driver.graph_destroy
        {
            // SAFETY: handed to us by cuStreamEndCapture; executable graphs made from it are independent.
            driver.report("cuGraphDestroy", unsafe { destroy(self.0) });
        }
    }
}
