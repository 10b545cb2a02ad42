//! May a request be sent to this URL, and to which of its addresses?
