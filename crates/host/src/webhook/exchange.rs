//! One request and its response, on a connection to an address that was checked.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{net::TcpStream, task::JoinSet};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{WebhookError, WebhookOptions, net::Connector, verdict::Target};

/// What is sent on one connection.
pub(super) struct Message<'a> {
    pub(super) method: &'a Method,
    /// The path and query, as they go into the request.
    pub(super) path: &'a str,
    pub(super) headers: HeaderMap,
    pub(super) body: &'a Bytes,
}

/// What came.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) is_cut: bool,
}

/// Connects to the first address that takes the connection, and proves that the host is there.
pub(super) async fn connect(
    connector: &dyn Connector,
    tls: &Arc<ClientConfig>,
    target: &Target,
) -> Result<TlsStream<TcpStream>, WebhookError> {
    let name = ServerName::try_from(target.host.trim_matches(['[', ']']).to_owned())
        .map_err(|_| WebhookError::Tls)?;
    for &address in &target.addresses {
        if let Ok(stream) = connector.connect(address).await {
            // Small writes, one exchange: nothing to gather.
            let _ = stream.set_nodelay(true);
            return TlsConnector::from(Arc::clone(tls))
                .connect(name, stream)
                .await
                .map_err(|_| WebhookError::Tls);
        }
    }
    Err(WebhookError::Connect)
}

/// Sends the message and reads the response, as far as the limits go.
pub(super) async fn exchange(
    stream: TlsStream<TcpStream>,
    target: &Target,
    message: Message<'_>,
    options: &WebhookOptions,
) -> Result<Reply, WebhookError> {
    let (mut sender, connection) = http1::Builder::new()
        .max_headers(options.max_response_headers)
        .max_buf_size(options.max_response_header_bytes.max(MIN_BUFFER))
        .handshake::<_, Full<Bytes>>(TokioIo::new(stream))
        .await
        .map_err(|_| WebhookError::Exchange)?;
    // Ended when this is dropped, wherever the exchange stands.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let mut request = Request::new(Full::new(message.body.clone()));
    *request.method_mut() = message.method.clone();
    *request.uri_mut() =
        message.path.parse().map_err(|_| WebhookError::Request("the path does not fit a request"))?;
    *request.headers_mut() = message.headers;
    let host = if target.port == 443 {
        HeaderValue::try_from(&*target.host)
    } else {
        HeaderValue::try_from(format!("{}:{}", target.host, target.port))
    };
    let host = host.map_err(|_| WebhookError::Request("the host does not fit a header"))?;
    request.headers_mut().insert(header::HOST, host);
    request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    let response = sender
        .send_request(request)
        .await
        .map_err(|error| if error.is_parse() { WebhookError::Response } else { WebhookError::Exchange })?;
    let (head, body) = response.into_parts();
    let (body, is_cut) = read(body, options.max_response_bytes).await?;
    Ok(Reply { status: head.status, headers: head.headers, body, is_cut })
}

/// hyper's least buffer.
const MIN_BUFFER: usize = 8192;

/// A body up to a limit, and whether there was more.
async fn read(mut body: Incoming, max_bytes: usize) -> Result<(Bytes, bool), WebhookError> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| WebhookError::Exchange)?;
        let Some(data) = frame.data_ref() else { continue };
        let room = max_bytes - read.len();
        if data.len() > room {
            read.extend_from_slice(&data[..room]);
            return Ok((read.freeze(), true));
        }
        read.extend_from_slice(data);
    }
    Ok((read.freeze(), false))
}
