//! What rules look at: the canonical definition, and what several of them need to know of it.

use alloc::vec::Vec;

use portcullis_wire::guard::WebhookReason;

use super::{
    Options, expression,
    model::{Action, ActionKind, Workflow},
    node::Text,
    slots::{self, Slot},
};
use crate::webhook;

/// A definition, ready for the rules.
pub(super) struct Subject<'a, 't> {
    /// The definition.
    pub workflow: Workflow<'t>,
    /// What the policy says.
    pub options: &'a Options<'a>,
    /// Every text of every action, read as a template.
    pub slots: Vec<Slot<'t>>,
    /// Where webhooks go.
    pub urls: Vec<Url<'t>>,
}

/// The URL of a webhook.
pub(super) struct Url<'t> {
    /// As written.
    pub text: Text<'t>,
    /// What speaks against it.
    pub verdict: UrlVerdict,
}

/// What speaks against a URL before its host is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UrlVerdict {
    /// Nothing.
    Good,
    /// A template decides where it goes.
    Templated,
    /// The webhook rules.
    Blocked(WebhookReason),
}

impl<'a, 't> Subject<'a, 't> {
    pub(super) fn new(workflow: Workflow<'t>, options: &'a Options) -> Self {
        let slots = slots::of(&workflow, &options.templates);
        let urls = workflow
            .actions
            .iter()
            .flat_map(urls)
            .map(|text| Url { verdict: verdict(text.text, options), text })
            .collect();
        Self { workflow, options, slots, urls }
    }

    /// The actions that are of a kind.
    pub(super) fn actions(&self, kind: ActionKind) -> impl Iterator<Item = &Action<'t>> {
        self.workflow.actions.iter().filter(move |action| action.kind == kind)
    }
}

/// The URLs of an action that the host sends requests to.
fn urls<'t>(action: &Action<'t>) -> Vec<Text<'t>> {
    if !matches!(action.kind, ActionKind::Webhook | ActionKind::Custom | ActionKind::Unknown) {
        return Vec::new();
    }
    let is_url = |name: &str| {
        super::names::words(name)
            .last()
            .is_some_and(|word| matches!(word.as_str(), "url" | "uri" | "endpoint"))
    };
    let fields = action.fields.iter().filter(|field| is_url(field.name));
    fields.filter_map(|field| field.node.text()).filter(|text| !text.text.trim().is_empty()).collect()
}

fn verdict(url: &str, options: &Options<'_>) -> UrlVerdict {
    if host_is_templated(url) {
        return UrlVerdict::Templated;
    }
    match webhook::check_url(options.webhooks, &expression::filled(url)) {
        Ok(()) => UrlVerdict::Good,
        Err(reason) => UrlVerdict::Blocked(reason),
    }
}

/// Whether a template stands before the path: in the scheme, the host or the port, or right behind
/// them, where its value may still change the host.
fn host_is_templated(url: &str) -> bool {
    let Some(template) = url.find("{{").into_iter().chain(url.find("{%")).min() else { return false };
    // Without a scheme that is written out, the template is the scheme, or the host.
    let Some(scheme) = url.find("://") else { return true };
    let authority = scheme.saturating_add(3);
    let path = url
        .get(authority..)
        .and_then(|rest| rest.find(['/', '?', '#']))
        .map(|at| authority.saturating_add(at));
    path.is_none_or(|path| template < path)
}

#[cfg(test)]
mod tests {
    use super::host_is_templated;

    #[test]
    fn only_behind_the_host_may_a_template_stand() {
        for url in [
            "https://{{h}}/x",
            "{{url}}",
            "{{scheme}}://a.example/",
            "https://a.example{{path}}",
            "https://a.{{x}}.b/c",
            "https://a.example:{{port}}/",
            "https:/{{x}}",
            "https://{{u}}@a.example/",
            "https://{% if a %}a{% endif %}/",
        ] {
            assert!(host_is_templated(url), "{url}");
        }
        for url in ["https://a.example/{{x}}", "https://a.example?x={{x}}", "https://a.example/"] {
            assert!(!host_is_templated(url), "{url}");
        }
    }
}
