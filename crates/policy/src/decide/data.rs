//! What of the data may be seen or changed?

use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};
use core::cell::Cell;

use portcullis_wire::{
    DataScope, MaskRule, Obligation, Privacy, Reason, Request, Value,
    facts::{DataAction, DataFacts, Surface},
    policy::{ConstraintMode, Written},
};

use super::{
    Decision, Searcher,
    condition::{bound, status},
    identity::Caller,
    request::{Data, Target},
};
use crate::{
    Policy,
    condition::Bound,
    privacy::{Fields, Grant, Type},
};

/// Whoever asks, and whether privacy rules bind them.
struct Asking<'f> {
    bound: Bound<'f>,
    privacy: Privacy,
    /// Which rules of the type have matched, once some were judged.
    matched: Cell<Option<Vec<bool>>>,
}

impl Asking<'_> {
    fn grant(&self, of: &Type, thing: &Value<'_>) -> Result<Grant, Reason> {
        match self.privacy {
            Privacy::Enforced => {
                let mut matched = self.matched.take().unwrap_or_default();
                matched.resize(of.rules.len(), false);
                let grant = of.grant_by(&Bound { resource: Some(thing), ..self.bound }, |index| {
                    if let Some(it) = matched.get_mut(index) {
                        *it = true;
                    }
                });
                self.matched.set(Some(matched));
                grant.map_err(|_| Reason::ConditionError)
            }
            Privacy::AdminToken | Privacy::Ignored => Ok(Grant::ALL),
        }
    }

    /// The names of the rules that matched, if any were judged.
    fn rules<'t>(&self, of: &'t Type) -> Option<Vec<Cow<'t, str>>> {
        let matched = self.matched.take()?;
        let rules = of.rules.iter().zip(matched).filter(|(_, matched)| *matched);
        Some(rules.map(|(rule, _)| Cow::Borrowed(&*rule.name)).collect())
    }
}

impl<'a> Decision<'a> {
    pub(super) fn data(
        &mut self,
        caller: Caller<'_>,
        target: &Target<'a>,
        request: &Request<'_>,
    ) -> Result<(), Reason> {
        let (Some(data), Some(facts)) = (target.data(), request.data.as_deref()) else { return Ok(()) };
        let privacy = privacy(caller, target);
        let asking = Asking { bound: bound(caller, request), privacy, matched: Cell::default() };
        let mut scope = DataScope {
            privacy: asking.privacy,
            type_name: Some(data.of.name.as_ref().into()),
            fields: None,
            rules: None,
            created: None,
            rejected: None,
        };
        match data.action {
            DataAction::Search => {
                self.narrowed(data.of, facts, &asking)?;
                self.search = Some(Searcher {
                    privacy: asking.privacy,
                    authenticated: asking.bound.authenticated,
                    admin: asking.bound.admin,
                });
            }
            DataAction::View => {
                let shown = self.view_of(data.of, facts, &asking)?;
                let there = |name: &&str| facts.record.get(name).is_some();
                scope.fields = Some(data.of.names(shown).filter(there).map(Into::into).collect());
            }
            DataAction::File => {
                self.permitted_with(data.of, facts, &asking, Reason::FileDenied, |it| it.files)?
            }
            DataAction::Autobind => self.autobind(data.of, facts, &asking)?,
            _ if data.surface == Surface::WorkflowApi => self.by_workflow(data.action, facts)?,
            DataAction::Create => created(data.of, &facts.body, &asking)?,
            DataAction::CreateMany => {
                let (created, rejected) = self.create_many(data.of, facts, &asking)?;
                (scope.created, scope.rejected) = (Some(created), Some(rejected));
            }
            DataAction::Modify | DataAction::Replace => self.modify(data, facts, &asking)?,
            DataAction::Delete => {
                self.permitted_with(data.of, facts, &asking, Reason::DeleteDenied, |it| it.delete)?;
            }
        }
        scope.rules = asking.rules(data.of);
        self.status = Some(status(data.action)).filter(|_| data.surface == Surface::DataApi);
        self.scope = Some(Box::new(scope));
        Ok(())
    }

    /// Rules do not stop what a workflow does with a thing that it has; only a thing that is not
    /// there cannot be changed.
    fn by_workflow(&mut self, action: DataAction, facts: &DataFacts<'_>) -> Result<(), Reason> {
        let makes = matches!(action, DataAction::Create | DataAction::CreateMany);
        if makes || !facts.record.is_null() { Ok(()) } else { Err(Reason::NotFound) }
    }

    /// A search is refused where it is narrowed by a field that some thing it finds may hide: what it
    /// finds would tell what the field holds.
    fn narrowed(&mut self, of: &'a Type, facts: &DataFacts<'_>, asking: &Asking<'_>) -> Result<(), Reason> {
        if asking.privacy != Privacy::Enforced {
            return Ok(());
        }
        let mode = self.policy.access.as_ref().map(|access| access.surfaces.constraints).unwrap_or_default();
        let reach = of.reach(&asking.bound);
        if !reach.any {
            return Err(Reason::SearchNotAllowed);
        }
        for constraint in &facts.constraints {
            let permitted = of.field(&constraint.field).is_some_and(|field| {
                of.fields.get(field).is_some_and(|field| field.always_constrainable)
                    || reach.constrain.has(field)
                    || match mode {
                        ConstraintMode::Strict => false,
                        ConstraintMode::Automatic => constraint.page_defined,
                        ConstraintMode::Off => true,
                    }
            });
            if !permitted {
                // Which one it was, by the policy's own name for it.
                let known = of.field(&constraint.field).and_then(|field| of.fields.get(field));
                self.detail(known.map_or_else(|| "no_such_field".into(), |field| String::from(&*field.name)));
                return Err(Reason::ConstraintNotAllowed);
            }
        }
        Ok(())
    }

    /// The fields of one thing that may be shown.
    fn view_of(
        &mut self,
        of: &'a Type,
        facts: &DataFacts<'_>,
        asking: &Asking<'_>,
    ) -> Result<Fields, Reason> {
        let thing = there(facts)?;
        let grant = asking.grant(of, thing)?;
        if !grant.knows() {
            self.detail("hidden");
            return Err(Reason::NotFound);
        }
        match facts.field.as_deref() {
            None => Ok(grant.view),
            Some(name) => match of.field(name).filter(|field| grant.view.has(*field)) {
                Some(field) => Ok(Fields::one(field)),
                None => Err(Reason::FieldHidden),
            },
        }
    }

    /// Something of one thing that its rules must grant. To whom they grant nothing, it is not there.
    fn permitted_with(
        &mut self,
        of: &Type,
        facts: &DataFacts<'_>,
        asking: &Asking<'_>,
        denied: Reason,
        granted: impl FnOnce(Grant) -> bool,
    ) -> Result<(), Reason> {
        let grant = asking.grant(of, there(facts)?)?;
        if granted(grant) {
            Ok(())
        } else if grant.knows() {
            Err(denied)
        } else {
            self.detail("hidden");
            Err(Reason::NotFound)
        }
    }

    fn autobind(&mut self, of: &Type, facts: &DataFacts<'_>, asking: &Asking<'_>) -> Result<(), Reason> {
        let Some(field) = facts.field.as_deref().and_then(|name| of.field(name)) else {
            return Err(Reason::FieldUnknown);
        };
        let freely = of.fields.get(field).is_some_and(|field| field.written == Written::Freely);
        self.permitted_with(of, facts, asking, Reason::AutobindDenied, |it| freely && it.autobind.has(field))
    }

    fn create_many(
        &mut self,
        of: &Type,
        facts: &DataFacts<'_>,
        asking: &Asking<'_>,
    ) -> Result<(Vec<u32>, Vec<u32>), Reason> {
        let (mut made, mut rejected) = (Vec::new(), Vec::new());
        for (index, thing) in (0..).zip(facts.body.elements().unwrap_or_default()) {
            match created(of, thing, asking) {
                Ok(()) => made.push(index),
                Err(_) => rejected.push(index),
            }
        }
        Ok((made, rejected))
    }

    /// The rules must grant it before the change and still grant it after.
    fn modify(&mut self, data: Data<'_>, facts: &DataFacts<'_>, asking: &Asking<'_>) -> Result<(), Reason> {
        let of = data.of;
        self.permitted_with(of, facts, asking, Reason::ModifyDenied, |it| it.modify)?;
        let replaced = data.action == DataAction::Replace;
        let after = changed(of, &facts.record, &facts.body, replaced);
        if !asking.grant(of, &after)?.modify {
            return Err(Reason::ModifySelfLockout);
        }
        let stays =
            of.fields.iter().filter(|field| matches!(field.written, Written::Once | Written::Creator));
        for field in stays {
            let before = facts.record.get(&field.name).filter(|value| !value.is_null());
            if before.is_some() && before != after.get(&field.name) {
                self.detail("field_stays");
                return Err(Reason::ModifyDenied);
            }
        }
        Ok(())
    }

    /// What must the host still do?
    pub(super) fn obligation(&mut self, caller: Caller<'_>, target: &Target<'a>) -> Result<(), Reason> {
        let policy = self.policy;
        match target {
            Target::Workflow(workflow, _) => {
                if let Some(class) = &workflow.rate_limit {
                    self.obligations.push(Obligation::RateLimit(class.as_ref().into()));
                }
            }
            _ => {
                for requirement in target.requirements(policy) {
                    if let Some(class) = &requirement.rate_limit {
                        self.obligations.push(Obligation::RateLimit(class.as_ref().into()));
                    }
                }
            }
        }
        if target.has_data() && !policy.masked.is_empty() {
            self.obligations.push(Obligation::Mask(policy.masked.iter().map(MaskRule::borrowed).collect()));
        }
        let privacy = privacy(caller, target);
        if privacy != Privacy::Enforced {
            self.detail(Reason::PrivacyBypassed.code());
            self.obligations.push(Obligation::Audit(Reason::PrivacyBypassed));
            if self.scope.is_none() {
                let scope = DataScope {
                    privacy,
                    type_name: None,
                    fields: None,
                    rules: None,
                    created: None,
                    rejected: None,
                };
                self.scope = Some(Box::new(scope));
            }
        }
        Ok(())
    }
}

impl Target<'_> {
    /// Whether the host may have more to do.
    #[inline]
    pub(super) fn has_obligations(&self, policy: &Policy) -> bool {
        if policy.access.is_none() {
            return false;
        }
        match self {
            Self::Named(_) | Self::Routed(_) => {
                self.requirements(policy).any(|requirement| requirement.rate_limit.is_some())
            }
            Self::Workflow(..) | Self::Data(_) => true,
        }
    }
}

/// Whether privacy rules bind.
fn privacy(caller: Caller<'_>, target: &Target<'_>) -> Privacy {
    match target {
        Target::Workflow(..) | Target::Data(_) if caller.is_admin() => Privacy::AdminToken,
        Target::Workflow(workflow, _) if workflow.ignore_privacy_rules => Privacy::Ignored,
        _ => Privacy::Enforced,
    }
}

fn there<'f>(facts: &'f DataFacts<'f>) -> Result<&'f Value<'f>, Reason> {
    if facts.record.is_null() { Err(Reason::NotFound) } else { Ok(&facts.record) }
}

/// Whether a thing may be made: the rules must grant it for the thing as it will be.
fn created(of: &Type, body: &Value<'_>, asking: &Asking<'_>) -> Result<(), Reason> {
    let Some(members) = body.members() else { return Err(Reason::FieldUnknown) };
    let mut thing = members.to_vec();
    for (name, _) in members {
        let field = of.field(name).and_then(|index| of.fields.get(index));
        if field.is_none_or(|field| field.written == Written::Never) {
            return Err(Reason::FieldUnknown);
        }
    }
    let creator = of.fields.iter().find(|field| field.written == Written::Creator);
    if let Some(creator) = creator.filter(|field| body.get(&field.name).is_none())
        && let Some(id) = asking.bound.user.and_then(|user| user.get("id"))
    {
        thing.push((creator.name.as_ref().into(), id.clone()));
    }
    if asking.grant(of, &Value::Object(thing))?.create { Ok(()) } else { Err(Reason::CreateDenied) }
}

/// A thing after a change. Replaced, it keeps of what is left out only what callers do not change.
fn changed<'v>(of: &Type, before: &'v Value<'v>, body: &'v Value<'v>, replaced: bool) -> Value<'v> {
    let kept = before.members().unwrap_or_default().iter().filter(|(name, _)| {
        let field = of.field(name).and_then(|index| of.fields.get(index));
        body.get(name).is_none() && !(replaced && field.is_some_and(|field| field.written == Written::Freely))
    });
    Value::Object(kept.chain(body.members().unwrap_or_default()).cloned().collect())
}
