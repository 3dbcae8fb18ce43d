"""Rucio's generic permissions, plus: people change and delete their own rules, and finish their own uploads.

In Rucio 41.5.1 the generic policy refuses both to ordinary accounts.
"""

from rucio.common.exception import RuleNotFound
from rucio.core.permission import generic
from rucio.core.rse import get_rse_name
from rucio.core.rule import get_rule

USER_RSES = ("USERDISK", "SCRATCHDISK", "LOCALGROUPDISK")
OWN_RULE = ("del_rule", "update_rule")
OWN_UPLOAD = ("add_replicas", "update_replicas_states", "delete_replicas")


def has_permission(issuer, action, kwargs, *, session=None):
    """Answers as Rucio's policy modules do; `kwargs` depends on the action."""
    generic_answer = generic.has_permission(issuer, action, kwargs, session=session)
    if generic_answer:
        return generic_answer
    # Not at the top: Rucio imports this module before it defines that class.
    from rucio.core.permission import PermissionResult

    if action in OWN_RULE:
        return PermissionResult(_owns_rule(issuer, kwargs["rule_id"], session), "Not your rule.")
    if action in OWN_UPLOAD:
        return PermissionResult(_is_user_rse(kwargs, session), "Not an RSE for uploads by users.")
    return generic_answer


def _owns_rule(issuer, rule_id, session):
    try:
        return get_rule(rule_id, session=session)["account"] == issuer
    except RuleNotFound:
        return False


def _is_user_rse(kwargs, session):
    name = kwargs.get("rse")
    if name is None and kwargs.get("rse_id"):
        name = get_rse_name(kwargs["rse_id"], session=session)
    return str(name or "").endswith(USER_RSES)
