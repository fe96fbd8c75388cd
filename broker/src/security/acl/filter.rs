//! Which ACLs a filter of DescribeAcls or DeleteAcls means.

use kafka_protocol::messages::DescribeAclsRequest;
use kafka_protocol::messages::delete_acls_request::DeleteAclsFilter;

use super::{AclBinding, LITERAL, Operation, PREFIXED, ResourceType, WILDCARD};

/// The code that stands for every value.
const ANY: i8 = 1;
/// The pattern type of a filter that means every pattern which the name falls under.
const MATCH: i8 = 2;

/// What an ACL must be like; `None` where anything will do.
#[derive(Debug)]
pub(super) struct Filter {
    resource_type: Option<ResourceType>,
    name: Option<String>,
    pattern_type: i8,
    principal: Option<String>,
    host: Option<String>,
    operation: Option<Operation>,
    permission: Option<i8>,
}

impl Filter {
    /// Kafka does not answer a request with a code that it does not know.
    pub(super) fn describe(request: DescribeAclsRequest) -> Result<Self, UnknownCode> {
        Ok(Self {
            resource_type: any_or(request.resource_type_filter, ResourceType::from_code)?,
            name: request.resource_name_filter.map(|text| text.to_string()),
            pattern_type: pattern_type(request.pattern_type_filter)?,
            principal: request.principal_filter.map(|text| text.to_string()),
            host: request.host_filter.map(|text| text.to_string()),
            operation: any_or(request.operation, Operation::from_code)?,
            permission: any_or(request.permission_type, permission)?,
        })
    }

    /// Kafka does not answer a request with a code that it does not know.
    pub(super) fn delete(filter: DeleteAclsFilter) -> Result<Self, UnknownCode> {
        Ok(Self {
            resource_type: any_or(filter.resource_type_filter, ResourceType::from_code)?,
            name: filter.resource_name_filter.map(|text| text.to_string()),
            pattern_type: pattern_type(filter.pattern_type_filter)?,
            principal: filter.principal_filter.map(|text| text.to_string()),
            host: filter.host_filter.map(|text| text.to_string()),
            operation: any_or(filter.operation, Operation::from_code)?,
            permission: any_or(filter.permission_type, permission)?,
        })
    }

    /// Whether it means this ACL.
    pub(super) fn means(&self, acl: &AclBinding) -> bool {
        self.means_resource(acl)
            && self.principal.as_ref().is_none_or(|principal| *principal == acl.principal)
            && self.host.as_ref().is_none_or(|host| *host == acl.host)
            && self.operation.is_none_or(|operation| operation == acl.operation)
            && self.permission.is_none_or(|permission| permission == acl.permission)
    }

    fn means_resource(&self, acl: &AclBinding) -> bool {
        if self.resource_type.is_some_and(|kind| kind != acl.resource_type) {
            return false;
        }
        if self.pattern_type != ANY && self.pattern_type != MATCH && self.pattern_type != acl.pattern_type {
            return false;
        }
        let Some(name) = &self.name else { return true };
        *name == acl.name
            || self.pattern_type == MATCH
                && match acl.pattern_type {
                    PREFIXED => name.starts_with(&acl.name),
                    _ => acl.name == WILDCARD,
                }
    }
}

/// A code that Kafka does not know.
#[derive(Debug)]
pub(super) struct UnknownCode;

/// The value of a code; `None` for the code that stands for every value.
fn any_or<T>(code: i8, known: impl Fn(i8) -> Option<T>) -> Result<Option<T>, UnknownCode> {
    if code == ANY { Ok(None) } else { known(code).map(Some).ok_or(UnknownCode) }
}

fn pattern_type(code: i8) -> Result<i8, UnknownCode> {
    if [ANY, MATCH, LITERAL, PREFIXED].contains(&code) { Ok(code) } else { Err(UnknownCode) }
}

fn permission(code: i8) -> Option<i8> {
    [super::DENY, super::ALLOW].contains(&code).then_some(code)
}
