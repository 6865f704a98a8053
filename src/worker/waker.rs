//! How a worker says that there is something new to see, without knowing who looks.

use std::sync::Arc;

#[derive(Clone)]
pub struct Waker(Option<Arc<dyn Fn() + Send + Sync>>);

impl Waker {
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(wake)))
    }

    /// For those who wait for the result, or look by themselves now and then.
    pub const fn none() -> Self {
        Self(None)
    }

    pub fn wake(&self) {
        if let Some(wake) = &self.0 {
            wake();
        }
    }
}
