"""Refusals of this app."""

from django.utils.translation import gettext_lazy as _

from core.errors import ChangedByOther, DomainError


class LastDirector(DomainError):
    text = _("This is the last person who can act as director. Make another one first: nobody could give it back.")
    code = "last_director"


class DirectorKeepsRights(DomainError):
    text = _("The director's role always keeps this right: without it nobody could give it back.")
    code = "director_keeps_rights"


class RoleNotGranted(DomainError):
    text = _("This role is not yours.")
    code = "role_not_granted"
    field = "role"


class RoleTooWide(DomainError):
    text = _("This person's role may do more than yours does. Ask somebody who has those rights.")
    code = "role_too_wide"


class RoleBuiltIn(DomainError):
    text = _("This role comes with the program and stays. Take its rights away, or give people another role.")
    code = "role_built_in"


class RoleHeld(DomainError):
    text = _("People still have this role: give them another one first.")
    code = "role_held"


class RoleArchived(DomainError):
    text = _("This role is put away: take it back first.")
    code = "role_archived"
    field = "roles"


class ViewedTooWide(DomainError):
    text = _("This person or role may see or do more than you may: nobody looks further through other eyes.")
    code = "viewed_too_wide"


class NobodyToView(DomainError):
    text = _("This person cannot sign in under this role now, so there is nothing to look through.")
    code = "nobody_to_view"


class UnknownRight(DomainError):
    text = _("There is no such right.")
    code = "unknown_right"
    field = "code"


class LoginTaken(DomainError):
    text = _("This login is taken.")
    code = "login_taken"
    field = "username"


class LoginMissing(DomainError):
    text = _("Enter a login to go with the password.")
    code = "login_missing"
    field = "username"


class HasFutureUse(DomainError):
    text = _("It is still in use: move its appointments and shifts first.")
    code = "in_use"


class OwnLeaving(DomainError):
    text = _("Nobody ends their own employment here: another director does it.")
    code = "own_leaving"


class SuccessorMissing(DomainError):
    text = _("Choose who takes this over.")
    code = "successor_missing"


class SuccessorUnfit(DomainError):
    text = _("This person cannot take it over now. Choose another one.")
    code = "successor_unfit"


class MoreIsHeld(DomainError):
    text = _("Something was given to this person just now. Look through the list again.")
    code = "more_is_held"


class EntityTaken(DomainError):
    text = _("There is a legal entity with this INN and KPP already.")
    code = "entity_taken"
    field = "inn"


class EntityInUse(DomainError):
    text = _("It has branches that receive patients: put them away or give them to another legal entity first.")
    code = "entity_in_use"


class NameTaken(DomainError):
    text = _("This name is taken.")
    code = "name_taken"
    field = "name"


class HoursEmpty(DomainError):
    text = _("Opening and closing are the same time. Tick the day as closed instead.")
    code = "hours_empty"


class PlaceArchived(DomainError):
    text = _("What it belongs to is put away. Take that back first.")
    code = "place_archived"


class PeriodEmpty(DomainError):
    text = _("The end is before the beginning.")
    code = "period_empty"
    field = "valid_until"


class ModuleIsBase(DomainError):
    text = _("This module is a part of the program's base and is always on.")
    code = "module_is_base"


class ModuleUnknown(DomainError):
    text = _("There is no such module.")
    code = "module_unknown"


class PinMalformed(DomainError):
    text = _("A PIN is four to eight digits.")
    code = "pin_malformed"
    field = "pin"


class PinWeak(DomainError):
    text = _("This PIN is among the first that are tried: digits in a row, repeated ones, a year. Choose another one.")
    code = "pin_weak"
    field = "pin"


class PinLocked(DomainError):
    text = _("Too many wrong PINs. For 15 minutes the password alone is taken.")
    code = "pin_locked"
    field = "pin"


class OptionRefused(DomainError):
    text = _("This setting cannot have this value.")
    code = "option_refused"

    def __init__(self, *, option: str) -> None:
        super().__init__()
        self.option = option


class OptionsChangedByOther(ChangedByOther):
    """``theirs`` and ``yours`` are values by the option's code."""

    text = _("Somebody else changed these settings after you opened the page. Compare the versions and save again.")


class SeriesUnknown(DomainError):
    text = _("There are no such numbers.")
    code = "series_unknown"


class NumberGiven(DomainError):
    text = _("This number, or a later one, is given already. The next one may be %(next)d or more.")
    code = "number_given"
    field = "number"


class NumberTooLarge(DomainError):
    text = _("A number has nine figures at most.")
    code = "number_too_large"
    field = "number"


class PictureRefused(DomainError):
    text = _("Choose a picture: PNG, JPEG or WebP.")
    code = "picture_refused"
    field = "picture"


class PictureTooLarge(DomainError):
    text = _("The picture is larger than %(most)s. Make it smaller.")
    code = "picture_too_large"
    field = "picture"


class SubstitutionReversed(DomainError):
    text = _("The last day is before the first one.")
    code = "substitution_reversed"
    field = "last_on"


class SubstitutionPast(DomainError):
    text = _("These days have passed: a substitution opens patients only while it lasts.")
    code = "substitution_past"
    field = "last_on"


class SubstituteIsAbsent(DomainError):
    text = _("Nobody stands in for themselves: choose somebody else.")
    code = "substitute_is_absent"
    field = "substitute"


class SubstituteLeft(DomainError):
    text = _("This person does not work here any more.")
    code = "substitute_left"
    field = "substitute"


class SubstitutionTwice(DomainError):
    text = _("This person stands in already on some of these days.")
    code = "substitution_twice"
    field = "substitute"


class SubstitutionOver(DomainError):
    text = _("This substitution is over already.")
    code = "substitution_over"


class GrantTermPast(DomainError):
    text = _("This day has passed.")
    code = "grant_term_past"
    field = "until"


class GrantedAlready(DomainError):
    text = _("It is open to this person already. End that permission first to change its term.")
    code = "granted_already"


class GrantOver(DomainError):
    text = _("This permission has ended already.")
    code = "grant_over"


class SecondPersonNeeded(DomainError):
    """Raised by acts that somebody else has to confirm; forms show the fields for it."""

    text = _("This takes a second person: somebody else who may do it confirms with their login and PIN.")
    code = "second_person_needed"
    field = "confirm_login"


class SecondPersonUnknown(DomainError):
    text = _("The login and the PIN or password do not fit together.")
    code = "second_person_unknown"
    field = "confirm_pin"


class SecondPersonLocked(DomainError):
    text = _("Too many wrong attempts: for 15 minutes this login confirms nothing here.")
    code = "second_person_locked"
    field = "confirm_pin"


class OwnConfirmation(DomainError):
    text = _("Nobody confirms their own act: it takes somebody else.")
    code = "own_confirmation"
    field = "confirm_login"


class SecondPersonMayNot(DomainError):
    text = _("%(name)s may not do this either. Ask somebody who may.")
    code = "second_person_may_not"
    field = "confirm_login"


class PeriodClosed(DomainError):
    text = _("Everything before %(day)s is closed: nothing of those days changes any more. The director may open it.")
    code = "period_closed"


class SessionOver(DomainError):
    text = _("This session is over already.")
    code = "session_over"


class FactorIsOn(DomainError):
    text = _("Your phone is connected already. Disconnect it first.")
    code = "factor_is_on"


class FactorMissing(DomainError):
    text = _("No phone is connected yet.")
    code = "factor_missing"


class CodeWrong(DomainError):
    text = _("The code is wrong or has been used. Wait for the next one; check that the phone's clock sets itself.")
    code = "code_wrong"
    field = "code"


class FactorLocked(DomainError):
    text = _("Too many wrong codes. Wait a while, or ask the director to reset the second factor.")
    code = "factor_locked"
    field = "code"


class DirectoryUnknown(DomainError):
    text = _("There is no such directory.")
    code = "directory_unknown"
