"""Every sentence about a declaration that was read: what is wrong, why it matters, how to mend it.

The key is the finding's code. The severity stands here too, so that a code never appears with two weights.
"""

from portal.declarations.rules import Severity
from portal.declarations.wording import N_, FindingText

_REQUIRED = N_("The template marks this field as required; without it the declaration is not complete.")
_REACH = N_("Without it nobody can ask the declaring company about its answers.")
_TRACE = N_("Only an identified smelter can be compared with the lists of assessed facilities.")
_FILL = N_("Fill in this cell and send the file again.")


def _error(message: str, why: str, remedy: str) -> FindingText:
    return FindingText(Severity.ERROR, message, why, remedy)


def _warning(message: str, why: str, remedy: str) -> FindingText:
    return FindingText(Severity.WARNING, message, why, remedy)


def _info(message: str, why: str, remedy: str) -> FindingText:
    return FindingText(Severity.INFO, message, why, remedy)


FINDINGS: dict[str, FindingText] = {
    # the template's own Checker, recomputed
    "company_name_missing": _error(N_("The company name is missing."), _REQUIRED, _FILL),
    "scope_missing": _error(
        N_("The scope of the declaration is missing."),
        N_("Without a scope nobody knows what the answers speak for: the company, or some of its products."),
        N_("Choose one of the three scopes and send the file again."),
    ),
    "scope_invalid": _error(
        N_("The scope is “%(value)s”, which is none of the three that the template offers."),
        N_("Without a scope nobody knows what the answers speak for: the company, or some of its products."),
        N_("Choose one of the three scopes from the list in the cell."),
    ),
    "scope_description_missing": _error(
        N_("The scope is “user defined”, but its description is missing."),
        N_("Without the description nobody can tell which products or sites the answers cover."),
        N_("Describe the scope in this cell, or choose another scope."),
    ),
    "minerals_missing": _error(
        N_("No mineral is chosen."),
        N_("Without a mineral the declaration answers nothing."),
        N_("Choose the minerals that the declaration covers."),
    ),
    "other_mineral_missing": _error(
        N_("A mineral is chosen as “Other”, but it is not named."),
        N_("Without its name nobody knows which mineral the answers speak of."),
        N_("Name the mineral in this cell, or take “Other” away."),
    ),
    "contact_name_missing": _error(N_("The name of the contact is missing."), _REACH, _FILL),
    "contact_email_missing": _error(N_("The e-mail address of the contact is missing."), _REACH, _FILL),
    "contact_email_invalid": _error(
        N_("The e-mail address of the contact has no @."), _REACH, N_("Enter a complete e-mail address.")
    ),
    "contact_phone_missing": _error(N_("The telephone number of the contact is missing."), _REACH, _FILL),
    "authorizer_name_missing": _error(
        N_("The name of the person who authorised the declaration is missing."), _REQUIRED, _FILL
    ),
    "authorizer_email_missing": _error(
        N_("The e-mail address of the person who authorised the declaration is missing."), _REQUIRED, _FILL
    ),
    "authorizer_email_invalid": _error(
        N_("The e-mail address of the person who authorised the declaration has no @."),
        _REQUIRED,
        N_("Enter a complete e-mail address."),
    ),
    "effective_date_missing": _error(
        N_("The effective date is missing."),
        N_("A claim without a date cannot be judged as current or old."),
        _FILL,
    ),
    "answer_missing": _error(
        N_("Question %(label)s is not answered."),
        N_("The template requires this answer, given the answers before it."),
        N_("Choose an answer from the list in the cell."),
    ),
    "answer_missing.cascade": _error(
        N_("Question %(label)s is answered, but question 1 or 2 before it is not."),
        N_("The template counts this answer only after questions 1 and 2 are answered with Yes."),
        N_("Answer questions 1 and 2 for this mineral first."),
    ),
    "policy_url_missing": _error(
        N_("The policy is said to be public, but its web address is missing."),
        N_("A public policy can be checked only where it can be found."),
        N_("Enter the web address of the policy in the comment field of question B."),
    ),
    "format_not_described": _error(
        N_("Suppliers were asked in another format, but the format is not described."),
        N_("Answers collected in another way can be judged only if it is known which."),
        N_("Describe the format in the comment field of the question."),
    ),
    "products_missing": _error(
        N_("The scope is a list of products, but the product list names none."),
        N_("Without products the declaration covers nothing."),
        N_("List the products in column B, or choose another scope."),
    ),
    "no_smelter_for_metal": _error(
        N_("%(metal)s is in scope, but the smelter list has no row for it that names a smelter."),
        N_("A supply chain can be checked at its smelters; without them the answers stand alone."),
        N_("List the smelters for this metal, or “Smelter not yet identified”."),
    ),
    "not_listed_incomplete": _error(
        N_("Row %(row)s says “Smelter not listed” without the %(missing)s of the smelter."),
        _TRACE,
        N_("Enter name and country of every smelter that the look-up does not list."),
    ),
    # what only the receiving side can see
    "effective_date_future": _error(
        N_("The effective date, %(value)s, lies in the future."),
        N_("A declaration can only state what is known on its date."),
        N_("Correct the date."),
    ),
    "effective_date_invalid": _error(
        N_("The effective date “%(value)s” cannot be read as one certain day."),
        N_("A claim without a date cannot be judged as current or old."),
        N_("Enter a date such as 30-Jun-2025."),
    ),
    "effective_date_old": _info(
        N_("The effective date, %(value)s, is more than twelve months before %(as_of)s."),
        N_("Supply chains change; most buyers ask for a new declaration each year."),
        N_("Ask the supplier for a current declaration if the contract calls for one."),
    ),
    "answer_invalid": _error(
        N_("The answer “%(value)s” to question %(label)s is none that the template offers."),
        N_("An answer in own words cannot be compared or checked."),
        N_("Choose an answer from the list in the cell and put the explanation in the comment field."),
    ),
    "metal_missing": _error(
        N_("Row %(row)s names a smelter without a metal."),
        N_("Assessment is per facility and metal; a name alone does not say which."),
        N_("Choose the metal in column B."),
    ),
    "metal_invalid": _error(
        N_("Row %(row)s: “%(value)s” is none of the metals of this template."),
        N_("Assessment is per facility and metal; another template asks about other minerals."),
        N_("Choose the metal from the list in column B."),
    ),
    "smelter_incomplete": _error(
        N_("Row %(row)s names neither a smelter nor a smelter id."),
        _TRACE,
        N_("Enter the smelter id, choose a smelter, or choose “Smelter not yet identified”."),
    ),
    "cid_malformed": _error(
        N_("Row %(row)s: “%(value)s” is not a smelter id."),
        N_("A smelter id is CID and six digits; with another form the row cannot be matched."),
        N_("Correct the id, or choose the smelter by name."),
    ),
    "cid_unknown": _error(
        N_("Row %(row)s: no look-up known here lists the smelter id %(value)s."),
        N_("An unknown id cannot be compared with the lists of assessed facilities."),
        N_("Check the id with the smelter or with the current template."),
    ),
    "cid_unverified": _warning(
        N_("Row %(row)s: the id %(value)s of a smelter that is not listed could not be confirmed."),
        N_("No look-up known here lists this id, so it is only the supplier's word."),
        N_("Ask the supplier where the id comes from."),
    ),
    "cid_metal_mismatch": _error(
        N_("Row %(row)s declares %(declared_metal)s, but the id %(value)s belongs to %(cid_metal)s."),
        N_("An id is one facility and one metal; the row contradicts itself."),
        N_("Correct the metal or the id."),
    ),
    "cid_name_conflict": _error(
        N_("Row %(row)s: the id %(value)s and the name “%(name)s” belong to different smelters."),
        N_("The row contradicts itself, and either smelter may be meant."),
        N_("Correct the id or the name."),
    ),
    "name_not_in_lookup": _warning(
        N_("Row %(row)s: “%(value)s” is not a name of the look-up for %(metal)s."),
        N_("A name typed over the list cannot be matched with certainty."),
        N_("Choose the smelter from the list, or “Smelter not listed” with name and country."),
    ),
    "name_not_in_lookup.suggestion": _warning(
        N_("Row %(row)s: “%(value)s” is not a name of the look-up for %(metal)s."),
        N_("A name typed over the list cannot be matched with certainty."),
        N_(
            "It may be %(suggestion)s. If so, choose that from the list; if not, “Smelter not listed” with its country."
        ),
    ),
    "ambiguous_alias": _warning(
        N_("Row %(row)s: the name “%(value)s” stands for several smelters (%(candidates)s)."),
        N_("The name alone does not say which facility is meant."),
        N_("Enter the smelter id in column A."),
    ),
    "not_listed_but_in_lookup": _warning(
        N_("Row %(row)s says “Smelter not listed”, but the look-up lists “%(value)s” as %(candidate)s."),
        N_("As entered, the row is not counted as that smelter."),
        N_("Choose the smelter from the list."),
    ),
    "smelter_not_identified": _warning(
        N_("Row %(row)s: the smelter is not yet identified."),
        N_("This part of the supply chain is unknown."),
        N_("Ask the supplier when the smelter will be identified."),
    ),
    "smelter_not_listed": _info(
        N_("Row %(row)s names a smelter that the look-up does not list: “%(name)s”."),
        N_("Not being in the look-up says nothing about the smelter; it may be new, renamed or no smelter."),
        N_("A person may compare it with the register of smelters."),
    ),
    "smelter_not_listed.suggestion": _info(
        N_("Row %(row)s names a smelter that the look-up does not list: “%(name)s”."),
        N_("Not being in the look-up says nothing about the smelter; it may be new, renamed or no smelter."),
        N_("It may be %(suggestion)s. If so, enter that id in column A."),
    ),
    "smelter_name_accepted": _info(
        N_("Row %(row)s: “%(name)s” counts as %(smelter)s. A member of the network accepted the name."),
        N_("The declaration stays as the supplier sent it; the row is read with what was decided since."),
        N_("Ask the supplier to enter the smelter’s id next time."),
    ),
    "smelter_name_no_smelter": _info(
        N_("Row %(row)s: a member of the network decided that “%(name)s” is not a smelter."),
        N_("Traders, mines and manufacturers are often named in place of the smelter behind them."),
        N_("Ask the supplier for the smelter that stands behind the name."),
    ),
    "smelter_name_revoked": _info(
        N_("Row %(row)s: the decision on “%(name)s” was taken back."),
        N_("The row counts again as it was declared."),
        N_("Look at the name under “Smelter names”."),
    ),
    "duplicate_smelter": _warning(
        N_("Rows %(rows)s report the same smelter for %(metal)s."),
        N_("Repeated rows inflate the list and may hide a slip."),
        N_("Keep one row, or correct the one that means another smelter."),
    ),
    "country_differs": _warning(
        N_("Row %(row)s gives %(declared)s as the country of %(cid)s; the look-up gives %(listed)s."),
        N_("Another site of the same company may be meant; status is per site."),
        N_("Check which site delivers."),
    ),
    "smelter_for_metal_not_declared": _warning(
        N_("The list has smelters for %(metal)s, though the answers to questions 1 and 2 put it out of scope."),
        N_("Answers and list contradict each other."),
        N_("Correct the answers or remove the rows (%(rows)s)."),
    ),
    "q7_yes_but_not_identified": _warning(
        N_("Question %(question)s says that all %(metal)s smelters are identified, but rows %(rows)s are not."),
        N_("Answers and list contradict each other."),
        N_("Answer No, or identify the smelters."),
    ),
    "q6_none_but_q7_yes": _warning(
        N_("%(other)s says that no supplier answered for %(metal)s, %(question)s that all smelters are known."),
        N_("Without answers from suppliers the smelters can hardly be known."),
        N_("Correct one of the two answers."),
    ),
    "q3_no_but_covered_country": _warning(
        N_("Question %(question)s says that no %(metal)s comes from covered countries; rows %(rows)s name one."),
        N_("Answers and list contradict each other on the origin of the metal."),
        N_("Correct the answer or the origin in the rows."),
    ),
    "q5_yes_but_not_recycled": _warning(
        N_("Question %(question)s says that all %(metal)s is recycled or scrap, but rows %(rows)s say otherwise."),
        N_("Recycled metal needs other diligence than mined metal."),
        N_("Correct the answer or the rows."),
    ),
    "template_superseded": _info(
        N_("This is %(kind)s %(revision)s; the current revision is %(current)s."),
        N_("A newer template may ask more, and its look-up knows newer smelters."),
        N_("Ask for the current revision the next time."),
    ),
    "template_major_superseded": _warning(
        N_("This is %(kind)s %(revision)s; the current revision %(current)s asks for other data."),
        N_("A change of the first digit means that the publisher changed what must be reported."),
        N_("Ask for the declaration in the current revision."),
    ),
    "scope_too_wide": _warning(
        N_("The declaration speaks for the whole company; the contract asks about %(product)s."),
        N_("Smelters of a whole company say little about those behind one product."),
        N_("Ask for a declaration of scope B with the products of the contract."),
    ),
    "same_list_elsewhere": _warning(
        N_("The smelter list is exactly that of %(supplier)s, which does not belong to the same group."),
        N_("Two suppliers rarely buy from the very same smelters: one list may be a copy of the other."),
        N_("Ask the supplier how it found its smelters."),
    ),
    "policy_url_invalid": _warning(
        N_("The web address of the policy, “%(value)s”, is not an address that can be opened safely."),
        N_("A public policy can be checked only where it can be found."),
        N_("Enter an address that begins with https://."),
    ),
    "rows_beyond_template": _warning(
        N_("The smelter list goes on to row %(last)s; the template's own formulas end at row %(limit)s."),
        N_("The template's Checker does not count the rows below; they are read and checked here."),
        N_("Nothing to do if all rows are meant."),
    ),
    "checker_formula_error": _info(
        N_("The template's own Checker shows an error instead of its total."),
        N_("An id in column A that the look-up does not know breaks the Checker's formula."),
        N_("Correct the ids named in the other findings."),
    ),
    "revision_newer": _info(
        N_("The file says revision %(revision)s, which was not at hand here; it was read like %(read_as)s."),
        N_("Its sheets and cells are those of the earlier revision; new questions would not be seen."),
        N_("Nothing to do; tell the operator, so that the new revision can be added."),
    ),
    "revision_mismatch": _warning(
        N_("The file says revision %(claimed)s; its look-up sheet is that of %(found)s."),
        N_("Somebody may have changed the revision cell, or copied sheets between files."),
        N_("Fill in an unchanged template from the publisher."),
    ),
    "revision_cells_differ": _warning(
        N_("The sheets name different revisions: %(first)s and %(second)s."),
        N_("Sheets may have been copied between files."),
        N_("Fill in an unchanged template from the publisher."),
    ),
    "lookup_altered": _info(
        N_("The look-up sheet is not the one published with revision %(revision)s."),
        N_("Names are matched with the sheet in the file; a changed row may lead to another smelter."),
        N_("Compare the matched ids with the register of smelters."),
    ),
    "external_links": _info(
        N_("The file is linked to other files; the links were not followed."),
        N_("Linked cells show what they held when the file was last saved."),
        N_("Nothing to do if the values are right."),
    ),
    # what lists outside the file say
    "assurance_lost": _warning(
        N_("Row %(row)s: %(name)s (%(cid)s, %(metal)s): “%(then)s” on the declaration's date, “%(today)s” now."),
        N_("The assurance that stood behind this row on its date is gone."),
        N_("Ask the supplier what it does about this smelter."),
    ),
    "assurance_refused": _warning(
        N_("Row %(row)s: the assurance list says “%(today)s” of %(name)s (%(cid)s, %(metal)s)."),
        N_("The scheme has no valid assessment of this facility for this metal."),
        N_("Ask the supplier what it does about this smelter."),
    ),
    "assurance_not_listed": _info(
        N_("Row %(row)s: %(name)s (%(cid)s, %(metal)s) is not on the assurance list of today."),
        N_("Not being listed is no verdict: the facility may never have been assessed."),
        N_("Ask the supplier how it knows that this smelter does its due diligence."),
    ),
    "assurance_past_due": _info(
        N_("Row %(row)s: %(name)s (%(cid)s, %(metal)s) is called conformant, but its reassessment was due."),
        N_("Past due means out of date, not failed."),
        N_("Look at the list again before the declaration is accepted."),
    ),
    "sanctions_candidate": _warning(
        N_("Row %(row)s: %(name)s (%(cid)s) resembles “%(party)s”, listed under %(program)s since %(since)s."),
        N_("Dealing with a listed party may be forbidden; a likeness of names alone proves nothing."),
        N_("A person compares names and addresses and decides before the declaration is accepted."),
    ),
    "mine_in_cahra": _warning(
        N_("Row %(row)s names %(place)s as the origin of %(metal)s: %(area)s is on the list of high-risk areas."),
        N_("Metal from a conflict-affected or high-risk area is a red flag that asks for enhanced due diligence."),
        N_("Ask the supplier which risks it found there and what it did."),
    ),
    "smelter_in_cahra": _info(
        N_("Row %(row)s: the smelter for %(metal)s is in %(place)s: %(area)s is on the list of high-risk areas."),
        N_("Metal that passes through such an area asks for a closer look."),
        N_("Ask the supplier where the metal of this smelter comes from."),
    ),
    "cahra_no_but_named": _warning(
        N_("Question %(question)s denies high-risk areas for %(metal)s, but %(sheet)s names one (rows %(rows)s)."),
        N_("Answers and list contradict each other on the origin of the metal."),
        N_("Correct the answer or the origin in the rows."),
    ),
    "more_of_the_same": _info(
        N_("%(count)s more findings of the kind “%(code)s” are not listed one by one."),
        N_("So many equal findings have one cause."),
        N_("Mend the cause and send the file again."),
    ),
}
