//! Sessions for all threads: each thread has a place that it tries first, so that in the usual case
//! nobody waits and every thread finds its own session warm.

use std::{
    cell::Cell,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A session and the generation that it was made for.
pub(crate) struct Warm<T> {
    pub(crate) generation: u64,
    pub(crate) session: T,
}

pub(crate) struct Pool<T> {
    places: Box<[Mutex<Option<Warm<T>>>]>,
}

static NEXT_THREAD: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static THREAD: Cell<usize> = Cell::new(NEXT_THREAD.fetch_add(1, Ordering::Relaxed));
}

impl<T> Pool<T> {
    pub(crate) fn new(size: usize) -> Self {
        Self { places: (0..size.max(1)).map(|_| Mutex::new(None)).collect() }
    }

    /// A place that nobody else uses now. Waits only while all are in use.
    pub(crate) fn take(&self) -> MutexGuard<'_, Option<Warm<T>>> {
        let first = THREAD.with(Cell::get) % self.places.len();
        let (before, after) = self.places.split_at(first);
        for place in after.iter().chain(before) {
            if let Ok(free) = place.try_lock() {
                return free;
            }
        }
        // A thread that panicked here left a session that may be half-way through something.
        self.places[first].lock().unwrap_or_else(|poisoned: PoisonError<_>| {
            let mut place = poisoned.into_inner();
            *place = None;
            self.places[first].clear_poison();
            place
        })
    }
}
