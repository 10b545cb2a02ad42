//! What touches the network: look-ups, and connections to addresses.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
};

use tokio::net::{TcpStream, lookup_host};

/// What a look-up or a connection gives, later.
pub type NetFuture<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// Looks names up. It is asked once for each attempt, before the verdict, and not again.
pub trait Resolver: Send + Sync {
    /// All addresses of a host.
    fn resolve<'a>(&'a self, host: &'a str) -> NetFuture<'a, Vec<IpAddr>>;
}

/// Connects to an address. It stands below the verdict: it is given an address that was checked, and
/// never a name. Replace it to bind to an interface, or to reach a server of a test.
pub trait Connector: Send + Sync {
    /// A connection to this address.
    fn connect(&self, address: SocketAddr) -> NetFuture<'_, TcpStream>;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> NetFuture<'a, Vec<IpAddr>> {
        Box::pin(async move { Ok(lookup_host((host, 0)).await?.map(|address| address.ip()).collect()) })
    }
}

/// Connects straight to the address.
#[derive(Debug, Clone, Copy, Default)]
pub struct DirectConnector;

impl Connector for DirectConnector {
    fn connect(&self, address: SocketAddr) -> NetFuture<'_, TcpStream> {
        Box::pin(TcpStream::connect(address))
    }
}
