//! DescribeAcls, CreateAcls and DeleteAcls.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::create_acls_request::AclCreation;
use kafka_protocol::messages::create_acls_response::AclCreationResult;
use kafka_protocol::messages::delete_acls_response::{DeleteAclsFilterResult, DeleteAclsMatchingAcl};
use kafka_protocol::messages::describe_acls_response::{AclDescription, DescribeAclsResource};
use kafka_protocol::messages::{
    CreateAclsRequest, CreateAclsResponse, DeleteAclsRequest, DeleteAclsResponse, DescribeAclsRequest,
    DescribeAclsResponse,
};
use kafka_protocol::protocol::StrBytes;

use super::filter::Filter;
use super::{ALLOW, AclBinding, CLUSTER, DENY, LITERAL, Operation, PREFIXED, ResourceType};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::change::Change;
use crate::wire::refusal::Refusal;

/// Why ACLs can be neither listed nor changed by this request.
fn refusal(machine: &Machine, cx: &Context, operation: Operation, disabled: &str) -> Option<Refusal> {
    if !cx.may(machine, operation, ResourceType::Cluster, CLUSTER) {
        return Some(ResponseError::ClusterAuthorizationFailed.into());
    }
    let enabled = machine.security.authorizer.is_enabled();
    (!enabled).then(|| Refusal::new(ResponseError::SecurityDisabled, disabled))
}

/// Lists what a filter means, resource by resource.
pub(crate) fn describe_acls(machine: &mut Machine, cx: &Context, request: DescribeAclsRequest) -> Outcome {
    let Ok(filter) = Filter::describe(request) else { return Outcome::Close };
    let disabled = "No Authorizer is configured on the broker";
    if let Some(why) = refusal(machine, cx, Operation::Describe, disabled) {
        let response = DescribeAclsResponse::default().with_error_code(why.code());
        return response.with_error_message(why.text()).into();
    }
    let mut resources: Vec<DescribeAclsResource> = Vec::new();
    let mut last: Option<&AclBinding> = None;
    for acl in machine.metadata.acls.iter().filter(|acl| filter.means(acl)) {
        let pattern = |acl: &AclBinding| (acl.resource_type, acl.pattern_type);
        if last.is_none_or(|last| pattern(last) != pattern(acl) || last.name != acl.name) {
            resources.push(
                DescribeAclsResource::default()
                    .with_resource_type(acl.resource_type as i8)
                    .with_resource_name(text(&acl.name))
                    .with_pattern_type(acl.pattern_type),
            );
        }
        let description = AclDescription::default()
            .with_principal(text(&acl.principal))
            .with_host(text(&acl.host))
            .with_operation(acl.operation as i8)
            .with_permission_type(acl.permission);
        if let Some(resource) = resources.last_mut() {
            resource.acls.push(description);
        }
        last = Some(acl);
    }
    DescribeAclsResponse::default().with_resources(resources).into()
}

/// Adds ACLs, each on its own: one that is wrong does not keep the others out.
pub(crate) fn create_acls(machine: &mut Machine, cx: &Context, request: &CreateAclsRequest) -> Outcome {
    if request.creations.iter().any(has_unknown) {
        return Outcome::Close;
    }
    let refused = refusal(machine, cx, Operation::Alter, "No Authorizer is configured.");
    let bindings: Vec<Result<AclBinding, Refusal>> = match refused {
        Some(refusal) => request.creations.iter().map(|_| Err(refusal.clone())).collect(),
        None if request.creations.iter().any(is_filter) => return not_an_acl(request.creations.len()).into(),
        None => request.creations.iter().map(binding).collect(),
    };
    let new = bindings.iter().flatten().filter(|acl| !machine.metadata.acls.contains(acl));
    let changes: Vec<Change> = new.cloned().map(Change::AclAdded).collect();
    if machine.commit(changes).is_err() {
        return Outcome::Close;
    }
    let result = |binding: Result<AclBinding, Refusal>| match binding {
        Ok(_) => AclCreationResult::default(),
        Err(why) => AclCreationResult::default().with_error_code(why.code()).with_error_message(why.text()),
    };
    CreateAclsResponse::default().with_results(bindings.into_iter().map(result).collect()).into()
}

/// Where one of the ACLs is a filter, Kafka adds none, and knows no words for it.
fn not_an_acl(count: usize) -> CreateAclsResponse {
    let result = AclCreationResult::default().with_error_code(ResponseError::UnknownServerError.code());
    CreateAclsResponse::default().with_results(vec![result.with_error_message(None); count])
}

/// Removes what filters mean, and says what that was.
pub(crate) fn delete_acls(machine: &mut Machine, cx: &Context, request: DeleteAclsRequest) -> Outcome {
    let Ok(filters) = request.filters.into_iter().map(Filter::delete).collect::<Result<Vec<_>, _>>() else {
        return Outcome::Close;
    };
    if let Some(why) = refusal(machine, cx, Operation::Alter, "No Authorizer is configured.") {
        let result = DeleteAclsFilterResult::default().with_error_code(why.code()).with_error_message(why.text());
        return DeleteAclsResponse::default().with_filter_results(vec![result; filters.len()]).into();
    }
    let meant = |filter: &Filter| machine.metadata.acls.iter().filter(|acl| filter.means(acl)).cloned().collect();
    let found: Vec<Vec<AclBinding>> = filters.iter().map(meant).collect();
    let mut gone: Vec<AclBinding> = found.iter().flatten().cloned().collect();
    gone.sort_unstable();
    gone.dedup();
    if machine.commit(gone.into_iter().map(Change::AclRemoved).collect()).is_err() {
        return Outcome::Close;
    }
    let result = |acls: Vec<AclBinding>| {
        let acls = acls.iter().map(deleted).collect();
        DeleteAclsFilterResult::default().with_error_message(None).with_matching_acls(acls)
    };
    DeleteAclsResponse::default().with_filter_results(found.into_iter().map(result).collect()).into()
}

fn deleted(acl: &AclBinding) -> DeleteAclsMatchingAcl {
    DeleteAclsMatchingAcl::default()
        .with_error_message(None)
        .with_resource_type(acl.resource_type as i8)
        .with_resource_name(text(&acl.name))
        .with_pattern_type(acl.pattern_type)
        .with_principal(text(&acl.principal))
        .with_host(text(&acl.host))
        .with_operation(acl.operation as i8)
        .with_permission_type(acl.permission)
}

fn text(text: &str) -> StrBytes {
    StrBytes::from_string(text.to_owned())
}

/// Whether a creation has the code 0, which stands for what is unknown: Kafka closes the connection over it.
fn has_unknown(creation: &AclCreation) -> bool {
    [creation.resource_type, creation.resource_pattern_type, creation.operation, creation.permission_type].contains(&0)
}

/// Whether a creation has a code that only a filter may have.
fn is_filter(creation: &AclCreation) -> bool {
    [creation.resource_type, creation.operation, creation.permission_type].contains(&1)
        || [1, 2].contains(&creation.resource_pattern_type)
}

/// The ACL that a creation asks for, or why it is none.
fn binding(creation: &AclCreation) -> Result<AclBinding, Refusal> {
    let wrong = |message: String| Err(Refusal::new(ResponseError::InvalidRequest, message));
    if creation.resource_type == ResourceType::Cluster as i8 && *creation.resource_name != *CLUSTER {
        return wrong(format!("The only valid name for the CLUSTER resource is {CLUSTER}"));
    }
    if creation.resource_name.is_empty() {
        return wrong("Invalid empty resource name".to_owned());
    }
    let Some(resource_type) = ResourceType::from_code(creation.resource_type) else {
        return wrong("Invalid resourceType UNKNOWN".to_owned());
    };
    let pattern_type @ (LITERAL | PREFIXED) = creation.resource_pattern_type else {
        return wrong("Invalid patternType UNKNOWN".to_owned());
    };
    let Some(operation) = Operation::from_code(creation.operation) else {
        return wrong("Invalid operation UNKNOWN".to_owned());
    };
    if ![DENY, ALLOW].contains(&creation.permission_type) {
        return wrong("Invalid permissionType UNKNOWN".to_owned());
    }
    if !creation.principal.contains(':') {
        let why = "no colon is present separating the principal type from the principal name";
        return wrong(format!("Could not parse principal from `{}` ({why})", creation.principal.as_str()));
    }
    Ok(AclBinding {
        resource_type,
        name: creation.resource_name.to_string(),
        pattern_type,
        principal: creation.principal.to_string(),
        host: creation.host.to_string(),
        operation,
        permission: creation.permission_type,
    })
}
