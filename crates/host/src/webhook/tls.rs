//! Whom the client trusts.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::CertificateDer};
use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::Error;

/// Whose certificates prove a host.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Trust {
    /// Those of whom the system trusts.
    #[default]
    System,
    /// Those of these authorities alone: certificates in DER.
    Authorities(Vec<Vec<u8>>),
}

pub(super) fn configuration(trust: &Trust) -> Result<Arc<ClientConfig>, Error> {
    let unusable = |error: rustls::Error| {
        Error::configuration(format!("no TLS for webhooks with these certificates: {error}"))
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    let builder = match trust {
        Trust::System => builder.with_platform_verifier().map_err(unusable)?,
        Trust::Authorities(certificates) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates {
                roots.add(CertificateDer::from(certificate.clone())).map_err(unusable)?;
            }
            builder.with_root_certificates(roots)
        }
    };
    let mut configuration = builder.with_no_client_auth();
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(configuration))
}
