//! What a policy says of guards, checked and made ready.

use alloc::{format, vec::Vec};

use portcullis_wire::{
    policy::{Finding, GuardDocument, TemplatesSection},
    workflow::DefinitionsSection,
};

use crate::{fields::Fields, mask, template, webhook, workflow};

/// The guards' part of a policy. By default, what holds without one: no webhooks, and names alone
/// tell which fields are hidden.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    webhooks: webhook::Rules,
    masking: mask::Rules,
    templates: TemplatesSection,
    definitions: DefinitionsSection,
}

impl Policy {
    /// Reads and checks a document, given as JSON text.
    ///
    /// # Errors
    /// What is wrong, with its path; every mistake in the guards' sections.
    pub fn load(text: &str) -> Result<Self, Vec<Finding>> {
        let document: GuardDocument = serde_json::from_str(text).map_err(|error| {
            let place = format!("line {}, column {}: {error}", error.line(), error.column());
            Vec::from([Finding { code: "document".into(), path: "".into(), message: place }])
        })?;
        Self::new(&document)
    }

    /// Checks the guards' sections of a document.
    ///
    /// # Errors
    /// Every mistake, with its path.
    pub fn new(document: &GuardDocument) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        if document.portcullis != 1 {
            let message = "this version of the module reads documents of version 1".into();
            findings.push(Finding { code: "version".into(), path: "/portcullis".into(), message });
        }
        let mut keep = |mistakes: Vec<Finding>| findings.extend(mistakes);
        let webhooks = document.webhooks.as_ref().map(webhook::Rules::new).transpose().map_err(&mut keep);
        let masking = mask::Rules::new(&document.masking).map_err(&mut keep);
        keep(workflow::mistakes(&document.definitions));
        match (webhooks, masking) {
            (Ok(webhooks), Ok(masking)) if findings.is_empty() => Ok(Self {
                webhooks: webhooks.unwrap_or_default(),
                masking,
                templates: document.templates.clone(),
                definitions: document.definitions.clone(),
            }),
            _ => Err(findings),
        }
    }

    /// Where webhooks may go.
    #[must_use]
    pub const fn webhooks(&self) -> &webhook::Rules {
        &self.webhooks
    }

    /// What templates may show.
    #[must_use]
    pub fn templates(&self) -> template::Options<'_> {
        template::Options::new(self.masking.fields(), &self.templates)
    }

    /// What workflow definitions may do.
    #[must_use]
    pub fn definitions(&self) -> workflow::Options<'_> {
        workflow::Options {
            webhooks: &self.webhooks,
            templates: self.templates(),
            definitions: &self.definitions,
        }
    }

    /// What is known of fields.
    #[must_use]
    pub const fn fields(&self) -> &Fields {
        self.masking.fields()
    }

    /// What is hidden in documents.
    #[must_use]
    pub const fn masking(&self) -> &mask::Rules {
        &self.masking
    }
}
