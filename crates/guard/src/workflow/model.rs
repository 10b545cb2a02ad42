//! The canonical shape: what a definition says, whichever dialect it was written in.
//!
//! Every value keeps the pointer of where it came from, so that a finding is about the text that
//! its author wrote.

use alloc::vec::Vec;

use super::{
    names,
    node::{Node, Pointer, Text},
};

/// A workflow definition.
#[derive(Debug, Clone)]
pub struct Workflow<'t> {
    /// The whole document.
    pub root: Node<'t>,
    /// Its name.
    pub name: Option<Text<'t>>,
    /// Draft, active and so on.
    pub status: Option<Node<'t>>,
    /// The tenant that it belongs to.
    pub tenant: Option<Node<'t>>,
    /// What starts it; the storage dialect may have several.
    pub triggers: Vec<Trigger<'t>>,
    /// All must hold.
    pub conditions: Vec<Condition<'t>>,
    /// What it does, in this order.
    pub actions: Vec<Action<'t>>,
}

/// What starts a workflow.
#[derive(Debug, Clone)]
pub struct Trigger<'t> {
    /// Where it is.
    pub node: Node<'t>,
    /// The entity whose changes start it.
    pub entity: Option<Text<'t>>,
    /// The changes.
    pub operations: Vec<(Operation, Node<'t>)>,
    /// Conditions on the entity's fields.
    pub conditions: Vec<Condition<'t>>,
    /// When it runs by the clock.
    pub schedule: Option<Node<'t>>,
    /// False if it is switched off.
    pub active: bool,
}

impl Trigger<'_> {
    /// Whether it has this operation.
    #[must_use]
    pub fn on(&self, operation: Operation) -> bool {
        self.operations.iter().any(|(one, _)| *one == operation)
    }
}

/// What is done to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `create`, `insert`
    Create,
    /// `update`
    Update,
    /// `delete`
    Delete,
    /// `select`, `read`
    Select,
    /// `tick`: by the clock
    Tick,
    /// `upsert`: insert, or update what is there
    Upsert,
    /// `truncate`, `drop` and others that reach every row
    Wipe,
    /// Another word.
    Unknown,
}

impl Operation {
    /// Reads a word in any of its spellings.
    #[must_use]
    pub fn read(word: &str) -> Self {
        const WORDS: &[(Operation, &[&str])] = &[
            (Operation::Create, &["create", "insert", "created", "inserted", "add", "new", "on_create"]),
            (
                Operation::Update,
                &["update", "updated", "modify", "edit", "change", "patch", "set", "on_update"],
            ),
            (Operation::Delete, &["delete", "deleted", "remove", "destroy", "purge", "on_delete"]),
            (Operation::Select, &["select", "read", "query", "get", "find", "list", "count"]),
            (Operation::Tick, &["tick", "cron", "schedule", "scheduled", "time", "timer"]),
            (Operation::Upsert, &["upsert", "merge", "save", "replace"]),
            (Operation::Wipe, &["truncate", "drop", "delete_all", "clear"]),
        ];
        WORDS
            .iter()
            .find(|(_, spellings)| names::one_of(word.trim(), spellings))
            .map_or(Self::Unknown, |(operation, _)| *operation)
    }

    /// The canonical word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Select => "select",
            Self::Tick => "tick",
            Self::Upsert => "upsert",
            Self::Wipe => "truncate",
            Self::Unknown => "unknown",
        }
    }
}

/// One condition.
#[derive(Debug, Clone)]
pub struct Condition<'t> {
    /// Where it is.
    pub node: Node<'t>,
    /// What it looks at.
    pub kind: ConditionKind,
    /// The type as written, if it is.
    pub type_node: Option<Node<'t>>,
    /// The field that it tests.
    pub field: Option<Text<'t>>,
    /// How it compares.
    pub operator: Operator,
    /// The operator as written, if it is.
    pub operator_node: Option<Node<'t>>,
    /// What it compares with.
    pub value: Option<Node<'t>>,
    /// The parts of a composite.
    pub children: Vec<Condition<'t>>,
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionKind {
    /// A field of the entity.
    Field,
    /// The clock.
    Time,
    /// Who acts.
    Role,
    /// Whether a stored query finds the entity.
    QueryMatch,
    /// Conditions joined by and, or, not.
    Composite,
    /// The host's own code.
    Custom,
    /// Another word.
    Unknown,
}

impl ConditionKind {
    /// Reads a word in any of its spellings.
    #[must_use]
    pub fn read(word: &str) -> Self {
        const WORDS: &[(ConditionKind, &[&str])] = &[
            (
                ConditionKind::Field,
                &["field", "field_value", "field_based", "field_condition", "field_change"],
            ),
            (ConditionKind::Time, &["time", "time_based", "date", "schedule"]),
            (ConditionKind::Role, &["role", "role_based", "user_role", "permission", "permission_based"]),
            (ConditionKind::QueryMatch, &["query_match", "query", "query_based"]),
            (ConditionKind::Composite, &["composite", "group", "logical", "and", "or", "not"]),
            (ConditionKind::Custom, &["custom"]),
        ];
        WORDS
            .iter()
            .find(|(_, spellings)| names::one_of(word.trim(), spellings))
            .map_or(Self::Unknown, |(kind, _)| *kind)
    }

    /// The canonical word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Time => "time",
            Self::Role => "role",
            Self::QueryMatch => "query_match",
            Self::Composite => "composite",
            Self::Custom => "custom",
            Self::Unknown => "unknown",
        }
    }
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the word that it is written as")]
pub enum Operator {
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    NotIn,
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
    IsNull,
    IsNotNull,
    Changed,
    Increased,
    Decreased,
    Between,
    Matches,
    HasAnyRole,
    HasAllRoles,
    HasPermission,
    And,
    Or,
    Not,
    /// No operator is written.
    Absent,
    /// Another word.
    Unknown,
}

impl Operator {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Eq, &["eq", "equals", "equal", "=", "==", "is", "equal_to"]),
        (Self::Ne, &["ne", "not_equals", "not_equal", "neq", "!=", "<>", "is_not", "not_equal_to"]),
        (Self::Gt, &["gt", "greater_than", ">", "after", "greater"]),
        (
            Self::Gte,
            &[
                "gte",
                "greater_than_or_equal",
                "greater_than_or_equals",
                "greater_or_equal",
                "greater_than_equals",
                "ge",
                ">=",
                "at_least",
                "greater_than_or_equal_to",
                "greater_than_equal",
            ],
        ),
        (Self::Lt, &["lt", "less_than", "<", "before", "less"]),
        (
            Self::Lte,
            &[
                "lte",
                "less_than_or_equal",
                "less_than_or_equals",
                "less_or_equal",
                "less_than_equals",
                "le",
                "<=",
                "at_most",
                "less_than_or_equal_to",
                "less_than_equal",
            ],
        ),
        (Self::In, &["in", "in_list", "one_of", "any_of", "is_in"]),
        (Self::NotIn, &["not_in", "nin", "not_in_list", "none_of", "is_not_in"]),
        (Self::Contains, &["contains", "includes", "has", "contain", "like", "ilike"]),
        (Self::NotContains, &["not_contains", "does_not_contain", "excludes"]),
        (Self::StartsWith, &["starts_with", "begins_with", "prefix", "start_with"]),
        (Self::EndsWith, &["ends_with", "suffix", "end_with"]),
        (Self::IsNull, &["is_null", "null", "is_empty", "empty", "not_exists"]),
        (Self::IsNotNull, &["is_not_null", "not_null", "is_not_empty", "not_empty", "exists"]),
        (Self::Changed, &["changed", "has_changed", "changes", "changed_to", "changed_from"]),
        (Self::Increased, &["increased", "increased_by", "increases"]),
        (Self::Decreased, &["decreased", "decreased_by", "decreases"]),
        (Self::Between, &["between", "in_range", "range", "within"]),
        (
            Self::Matches,
            &["matches", "match", "regex", "regexp", "matches_regex", "regex_match", "pattern", "=~"],
        ),
        (Self::HasAnyRole, &["has_any_role", "has_role", "any_role", "role_in"]),
        (Self::HasAllRoles, &["has_all_roles", "all_roles"]),
        (Self::HasPermission, &["has_permission", "has_any_permission", "has_all_permissions"]),
        (Self::And, &["and", "all", "&&"]),
        (Self::Or, &["or", "any", "||"]),
        (Self::Not, &["not", "none", "!"]),
    ];

    /// Reads a word in any of its spellings.
    #[must_use]
    pub fn read(word: &str) -> Self {
        let word = word.trim();
        Self::WORDS
            .iter()
            .find(|(_, spellings)| names::one_of(word, spellings))
            .map_or(Self::Unknown, |(operator, _)| *operator)
    }

    /// The canonical word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(operator, _)| *operator == self)
            .and_then(|(_, spellings)| spellings.first())
            .unwrap_or(&"unknown")
    }
}

/// One action.
#[derive(Debug, Clone)]
pub struct Action<'t> {
    /// Where it is.
    pub node: Node<'t>,
    /// What it does.
    pub kind: ActionKind,
    /// The type as written, if it is.
    pub type_node: Option<Node<'t>>,
    /// Every other member, under its canonical name, those of a nested configuration included.
    pub fields: Vec<Field<'t>>,
    /// Who gets it.
    pub recipients: Vec<Recipient<'t>>,
    /// Conditions of this action alone.
    pub conditions: Vec<Condition<'t>>,
    /// False if it is switched off.
    pub active: bool,
}

/// What an action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// Tells users in the product.
    Notification,
    /// Sends mail.
    Email,
    /// Calls a URL.
    Webhook,
    /// Reads or writes rows.
    Database,
    /// The host's own code.
    Custom,
    /// Another word.
    Unknown,
}

impl ActionKind {
    /// Reads a word in any of its spellings.
    #[must_use]
    pub fn read(word: &str) -> Self {
        const WORDS: &[(ActionKind, &[&str])] = &[
            (ActionKind::Notification, &["notification", "notify", "send_notification", "in_app", "push"]),
            (ActionKind::Email, &["email", "mail", "send_email"]),
            (
                ActionKind::Webhook,
                &["webhook", "http", "http_request", "call_webhook", "send_webhook", "api_call"],
            ),
            (ActionKind::Database, &["database", "db", "database_action", "record", "database_operation"]),
            (ActionKind::Custom, &["custom", "custom_action"]),
        ];
        WORDS
            .iter()
            .find(|(_, spellings)| names::one_of(word.trim(), spellings))
            .map_or(Self::Unknown, |(kind, _)| *kind)
    }

    /// The canonical word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::Email => "email",
            Self::Webhook => "webhook",
            Self::Database => "database",
            Self::Custom => "custom",
            Self::Unknown => "unknown",
        }
    }
}

/// A member of an action.
#[derive(Debug, Clone)]
pub struct Field<'t> {
    /// Its canonical name; as written if it is not a known one.
    pub name: &'t str,
    /// Whether the name is a known one for this type of action.
    pub known: bool,
    /// Its value.
    pub node: Node<'t>,
}

/// Who gets a message.
#[derive(Debug, Clone)]
pub struct Recipient<'t> {
    /// Where it is.
    pub node: Node<'t>,
    /// `user`, `role` and so on, as written.
    pub kind: Option<Text<'t>>,
    /// Which one.
    pub value: Option<Node<'t>>,
}

impl<'t> Action<'t> {
    /// The field of a canonical name; one that says something before one that does not.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node<'t>> {
        let all = || self.fields.iter().filter(move |field| field.name == name);
        all().find(|field| !field.node.json.is_blank()).or_else(|| all().next()).map(|field| &field.node)
    }

    /// The operation of a database action.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        (self.kind == ActionKind::Database).then(|| {
            self.get("operation")
                .and_then(|node| node.json.as_str())
                .map_or(Operation::Unknown, Operation::read)
        })
    }

    /// The entity that a database action is about.
    #[must_use]
    pub fn target(&self) -> Option<Text<'t>> {
        self.get("target_entity").and_then(Node::text)
    }

    /// The pointer that a finding about the action as a whole has.
    #[must_use]
    pub const fn at(&self) -> &Pointer {
        &self.node.at
    }
}
