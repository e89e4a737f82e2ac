package model

import "errors"

// Kind sorts errors by what the caller can do about them. Package api maps each kind to one HTTP status.
type Kind uint8

// The kinds of error. KindInternal is never written out by hand: it is what an untyped error becomes.
const (
	KindInternal     Kind = iota
	KindInvalid           // the input is wrong: the caller must change it
	KindUnauthorized      // nobody is signed in, or not any more
	KindForbidden         // signed in, but not allowed
	KindNotFound          // not there, or not this caller's
	KindConflict          // the state of things does not allow it, now
	KindGone              // was there once, will not come back
	KindTooLarge          // the input is over a limit of size
	KindRateLimited       // too often: try later
	KindUpstream          // WeChat refused or did not answer: try again
	KindUnavailable       // we cannot serve it at present: try again
	kindEnd               // one past the last kind; new kinds go before it
)

// Kinds lists every kind, so that a test can prove each has a status.
func Kinds() []Kind {
	all := make([]Kind, 0, kindEnd)
	for k := range kindEnd {
		all = append(all, k)
	}
	return all
}

// Error is an error with a meaning for the caller. Code is stable snake_case, for clients to switch on
// and for the translation catalogue; Message is English and safe to show: it never carries a secret, a
// phone or an ID number. Field names the input at fault in the caller's own terms ("lines[2].quantity"),
// Args fill the placeholders {name} of the message.
type Error struct {
	Kind    Kind
	Code    string
	Message string
	Field   string
	Args    map[string]string
}

// Error implements error.
func (e *Error) Error() string {
	if e.Field != "" {
		return e.Field + ": " + e.Code
	}
	return e.Code
}

// Is makes errors.Is compare by code, so that a copy made by At or With still is its sentinel.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// At is a copy of the error that names the field at fault.
func (e *Error) At(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// With is a copy of the error with one more argument for its message.
func (e *Error) With(name, value string) *Error {
	c := *e
	c.Args = make(map[string]string, len(e.Args)+1)
	for k, v := range e.Args {
		c.Args[k] = v
	}
	c.Args[name] = value
	return &c
}

// Errs is several errors of input found in one go, each naming its own field.
type Errs []*Error

// Error implements error.
func (es Errs) Error() string {
	s := ""
	for i, e := range es {
		if i > 0 {
			s += "; "
		}
		s += e.Error()
	}
	return s
}

// Unwrap lets errors.Is and errors.As look at each.
func (es Errs) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// Sentinels. One meaning, one code, one sentence; add a field or an argument by At and With. Each code
// has a translation in api/problem; a test proves it.
var (
	ErrInvalid         = &Error{Kind: KindInvalid, Code: "invalid", Message: "This value is not valid."}
	ErrRequired        = &Error{Kind: KindInvalid, Code: "required", Message: "This value is required."}
	ErrTooLong         = &Error{Kind: KindInvalid, Code: "too_long", Message: "This text is too long: at most {max} characters."}
	ErrOutOfRange      = &Error{Kind: KindInvalid, Code: "out_of_range", Message: "This value must be between {min} and {max}."}
	ErrTooShort        = &Error{Kind: KindInvalid, Code: "too_short", Message: "This text is too short: at least {min} characters."}
	ErrTooSmall        = &Error{Kind: KindInvalid, Code: "too_small", Message: "This value must be at least {min}."}
	ErrTooBig          = &Error{Kind: KindInvalid, Code: "too_big", Message: "This value must be at most {max}."}
	ErrTooFew          = &Error{Kind: KindInvalid, Code: "too_few", Message: "At least {min} entries are needed."}
	ErrTooMany         = &Error{Kind: KindInvalid, Code: "too_many", Message: "At most {max} entries are possible."}
	ErrNotOneOf        = &Error{Kind: KindInvalid, Code: "not_one_of", Message: "This value must be one of: {values}."}
	ErrWrongType       = &Error{Kind: KindInvalid, Code: "wrong_type", Message: "This value must be of type {type}."}
	ErrUnknownField    = &Error{Kind: KindInvalid, Code: "unknown_field", Message: "This field is not known."}
	ErrBadCursor       = &Error{Kind: KindInvalid, Code: "bad_cursor", Message: "This page marker is not valid; start from the first page."}
	ErrUnauthorized    = &Error{Kind: KindUnauthorized, Code: "unauthorized", Message: "Please sign in."}
	ErrSessionExpired  = &Error{Kind: KindUnauthorized, Code: "session_expired", Message: "Your session has ended; please sign in again."}
	ErrStaffNotFound   = &Error{Kind: KindNotFound, Code: "staff_not_found", Message: "There is no such member of staff."}
	ErrLastOwner       = &Error{Kind: KindConflict, Code: "last_owner", Message: "This is the last owner; make somebody else an owner first."}
	ErrForbidden       = &Error{Kind: KindForbidden, Code: "forbidden", Message: "You may not do this; it takes the permission {permission}."}
	ErrNotFound        = &Error{Kind: KindNotFound, Code: "not_found", Message: "There is nothing here."}
	ErrBrandNotFound   = &Error{Kind: KindNotFound, Code: "brand_not_found", Message: "There is no such shop."}
	ErrProductNotFound = &Error{Kind: KindNotFound, Code: "product_not_found", Message: "This product is not on sale."}
	ErrAccountInUse    = &Error{Kind: KindConflict, Code: "account_in_use", Message: "Something is still under way: an order, an after-sale case or a refund. Please come back once it is done."}
	ErrOrderRestricted = &Error{Kind: KindConflict, Code: "order_restricted", Message: "The buyer has had their account deleted; what is personal is kept for the law alone."}
	ErrReviewNotFound  = &Error{Kind: KindNotFound, Code: "review_not_found", Message: "There is no such review."}
	ErrReviewed        = &Error{Kind: KindConflict, Code: "reviewed", Message: "This was reviewed already."}
	ErrOrderNotFound   = &Error{Kind: KindNotFound, Code: "order_not_found", Message: "There is no such order."}
	ErrAddressNotFound = &Error{Kind: KindNotFound, Code: "address_not_found", Message: "There is no such address."}
	ErrLineNotFound    = &Error{Kind: KindNotFound, Code: "line_not_found", Message: "This item is not in the cart."}
	ErrNotAPicture     = &Error{Kind: KindInvalid, Code: "not_a_picture", Message: "This is not a picture that can be shown: JPEG, PNG or WebP."}
	ErrNotASheet       = &Error{Kind: KindInvalid, Code: "not_a_sheet", Message: "This is not a table that can be read: .xlsx or .csv.", Field: "file"}
	ErrColumnMissing   = &Error{Kind: KindInvalid, Code: "column_missing", Message: "The table has no column {column}."}
	ErrTooLarge        = &Error{Kind: KindTooLarge, Code: "too_large", Message: "The request is too large."}
	ErrRateLimited     = &Error{Kind: KindRateLimited, Code: "rate_limited", Message: "Too many requests; please try again in a moment."}
	ErrTimeout         = &Error{Kind: KindUnavailable, Code: "timeout", Message: "This took too long; please try again."}
	ErrUnavailable     = &Error{Kind: KindUnavailable, Code: "unavailable", Message: "The service is busy; please try again."}

	ErrChangedMeanwhile = &Error{Kind: KindConflict, Code: "changed_meanwhile", Message: "Somebody has changed this since you opened it; please load it again."}
	ErrHandleTaken      = &Error{Kind: KindConflict, Code: "handle_taken", Message: "Something else has this name in addresses already.", Field: "handle"}
	ErrCategoryNotFound = &Error{Kind: KindNotFound, Code: "category_not_found", Message: "There is no such category."}
	ErrCategoryInUse    = &Error{Kind: KindConflict, Code: "category_in_use", Message: "There is something in this category; move it elsewhere first."}
	ErrImportNotFound   = &Error{Kind: KindNotFound, Code: "import_not_found", Message: "There is no such import."}
	ErrBelowReserved    = &Error{Kind: KindConflict, Code: "below_reserved", Message: "Orders hold {reserved} pieces; fewer cannot be on hand."}
	ErrCategoryTaken    = &Error{Kind: KindConflict, Code: "category_taken", Message: "Another category has this name in addresses already.", Field: "slug"}
	ErrSKUNotFound      = &Error{Kind: KindNotFound, Code: "sku_not_found", Message: "There is no such SKU."}

	ErrConflict     = &Error{Kind: KindConflict, Code: "conflict", Message: "Somebody changed this at the same time; please look again."}
	ErrWrongState   = &Error{Kind: KindConflict, Code: "wrong_state", Message: "This is no longer possible in the present state."}
	ErrOutOfStock   = &Error{Kind: KindConflict, Code: "out_of_stock", Message: "There is not enough stock."}
	ErrNotOnSale    = &Error{Kind: KindConflict, Code: "not_on_sale", Message: "This item is no longer on sale."}
	ErrPriceChanged = &Error{Kind: KindConflict, Code: "price_changed", Message: "The price has changed; please look at the new total."}
	ErrNotDelivered = &Error{Kind: KindConflict, Code: "not_delivered", Message: "We do not deliver this item to this address."}
	ErrNothingToBuy = &Error{Kind: KindConflict, Code: "nothing_to_buy", Message: "Nothing is selected that can be bought."}
	ErrCartFull     = &Error{Kind: KindConflict, Code: "cart_full", Message: "The cart is full: at most {max} different items."}
	ErrAddressLimit = &Error{Kind: KindConflict, Code: "address_limit", Message: "At most {max} addresses can be kept."}
	ErrUnconfirmed  = &Error{Kind: KindConflict, Code: "no_return_unconfirmed", Message: "Something here is not taken back without a reason; please confirm that you know."}
	ErrTotalLimit   = &Error{Kind: KindConflict, Code: "total_limit", Message: "The total of one order is limited; please divide it."}

	ErrCustomerNotFound  = &Error{Kind: KindNotFound, Code: "customer_not_found", Message: "There is no such customer."}
	ErrLevelNotFound     = &Error{Kind: KindNotFound, Code: "level_not_found", Message: "There is no such level."}
	ErrLevelTaken        = &Error{Kind: KindConflict, Code: "level_taken", Message: "Another level has this rank already.", Field: "rank"}
	ErrLevelInUse        = &Error{Kind: KindConflict, Code: "level_in_use", Message: "Customers have this level; give them another first."}
	ErrSegmentNotFound   = &Error{Kind: KindNotFound, Code: "segment_not_found", Message: "There is no such segment."}
	ErrAfterSaleNotFound = &Error{Kind: KindNotFound, Code: "after_sale_not_found", Message: "There is no such case."}
	ErrPiecesTaken       = &Error{Kind: KindConflict, Code: "pieces_taken", Message: "Fewer pieces are left to ask for: {max}."}
	ErrNotSent           = &Error{Kind: KindConflict, Code: "not_sent", Message: "This has not been sent completely; what is not sent yet can be refunded."}
	ErrNotReceived       = &Error{Kind: KindConflict, Code: "not_received", Message: "Please confirm first that you have received the order."}
	ErrMustReturn        = &Error{Kind: KindConflict, Code: "must_return", Message: "What you have received has to be sent back."}
	ErrNotReturnable     = &Error{Kind: KindConflict, Code: "not_returnable", Message: "This is not taken back without a reason, as you confirmed when you bought it."}
	ErrTooLate           = &Error{Kind: KindConflict, Code: "after_sale_over", Message: "The time to ask for this has passed."}
	ErrRefusedBefore     = &Error{Kind: KindConflict, Code: "refused_before", Message: "This was refused before, for the last time."}
	ErrNotExchangeable   = &Error{Kind: KindConflict, Code: "not_exchangeable", Message: "It can be exchanged for the same product at the same price only."}
	ErrExchangedBefore   = &Error{Kind: KindConflict, Code: "exchanged_before", Message: "Some of this was exchanged for another item; put what came back into stock by counting."}
	ErrResentBefore      = &Error{Kind: KindConflict, Code: "resent_before", Message: "What was exchanged has been sent already; give the money back, or refuse."}
	ErrNoReturnPlace     = &Error{Kind: KindConflict, Code: "no_return_place", Message: "The shop has no address to send goods back to."}
	ErrParcelNotFound    = &Error{Kind: KindNotFound, Code: "parcel_not_found", Message: "There is no such parcel."}
	ErrNotLeftToSend     = &Error{Kind: KindConflict, Code: "not_left_to_send", Message: "Fewer pieces are left to send: {left}."}
	ErrParcelLimit       = &Error{Kind: KindConflict, Code: "parcel_limit", Message: "An order can be sent in at most {max} parcels."}
	ErrOneDelivery       = &Error{Kind: KindConflict, Code: "one_delivery", Message: "An order is sent in one way, and in one go unless it is by express."}
	ErrWaybillUsed       = &Error{Kind: KindConflict, Code: "waybill_used", Message: "This order has a parcel with this waybill already."}
	ErrReshipUsed        = &Error{Kind: KindConflict, Code: "reship_used", Message: "WeChat takes one change of what was sent, and it has been made."}

	ErrCampaignNotFound  = &Error{Kind: KindNotFound, Code: "campaign_not_found", Message: "There is no such campaign."}
	ErrCampaignOver      = &Error{Kind: KindConflict, Code: "campaign_over", Message: "This campaign has not begun, or is over."}
	ErrCampaignOverlap   = &Error{Kind: KindConflict, Code: "campaign_overlap", Message: "Another campaign has this article in the same time."}
	ErrGroupNotFound     = &Error{Kind: KindNotFound, Code: "group_not_found", Message: "There is no such group."}
	ErrGroupOver         = &Error{Kind: KindConflict, Code: "group_over", Message: "This group is over; you can open your own."}
	ErrGroupFull         = &Error{Kind: KindConflict, Code: "group_full", Message: "This group is full; you can open your own."}
	ErrInGroup           = &Error{Kind: KindConflict, Code: "in_group", Message: "You are in this group already."}
	ErrNewOnly           = &Error{Kind: KindConflict, Code: "new_customers_only", Message: "This is for those who have not bought here yet."}
	ErrGroupLimit        = &Error{Kind: KindConflict, Code: "group_limit", Message: "At most {max} pieces for each consumer."}
	ErrGroupBasket       = &Error{Kind: KindInvalid, Code: "group_basket", Message: "An order for a group has one article, of the campaign's product."}
	ErrGroupNotFormed    = &Error{Kind: KindConflict, Code: "group_not_formed", Message: "The group of this order has not formed yet; nothing is sent before."}
	ErrOfferGone         = &Error{Kind: KindConflict, Code: "offer_gone", Message: "An offer has just run out; please look at the new total."}
	ErrPromotionNotFound = &Error{Kind: KindNotFound, Code: "promotion_not_found", Message: "There is no such promotion."}
	ErrQuotaTaken        = &Error{Kind: KindConflict, Code: "quota_taken", Message: "So many are taken already: {min}."}
	ErrCouponNotFound    = &Error{Kind: KindNotFound, Code: "coupon_not_found", Message: "There is no such coupon."}
	ErrCouponCode        = &Error{Kind: KindNotFound, Code: "coupon_code_unknown", Message: "This code is not good for a coupon."}
	ErrCouponCodeUsed    = &Error{Kind: KindConflict, Code: "coupon_code_used", Message: "This code was used already."}
	ErrCouponClosed      = &Error{Kind: KindConflict, Code: "coupon_closed", Message: "This coupon cannot be had at present."}
	ErrCouponOver        = &Error{Kind: KindConflict, Code: "coupon_over", Message: "All of these coupons have been given out."}
	ErrCouponLimit       = &Error{Kind: KindConflict, Code: "coupon_limit", Message: "Nobody gets more than {max} of these coupons."}
	ErrCouponEarly       = &Error{Kind: KindConflict, Code: "coupon_early", Message: "This coupon cannot be used yet."}
	ErrCouponExpired     = &Error{Kind: KindConflict, Code: "coupon_expired", Message: "The time of this coupon has passed."}
	ErrCouponUsed        = &Error{Kind: KindConflict, Code: "coupon_used", Message: "Another order uses this coupon."}
	ErrCouponMore        = &Error{Kind: KindConflict, Code: "coupon_more", Message: "Too little of what this coupon is for has been chosen."}
	ErrCouponScope       = &Error{Kind: KindConflict, Code: "coupon_scope", Message: "This coupon is not for anything chosen here."}
	ErrCouponFirst       = &Error{Kind: KindConflict, Code: "coupon_first", Message: "This coupon is for a first order."}
	ErrCouponLevel       = &Error{Kind: KindConflict, Code: "coupon_level", Message: "This coupon is for members of a higher level."}
	ErrIssueNotFound     = &Error{Kind: KindNotFound, Code: "issue_not_found", Message: "There is no such issue of coupons."}
	ErrCouponNothing     = &Error{Kind: KindConflict, Code: "coupon_nothing", Message: "This coupon makes nothing cheaper here."}

	ErrKeyRequired = &Error{Kind: KindInvalid, Code: "idempotency_key_required", Message: "The header Idempotency-Key is required.", Field: "Idempotency-Key"}
	ErrKeyInvalid  = &Error{Kind: KindInvalid, Code: "idempotency_key_invalid", Message: "The header Idempotency-Key must be 8 to 64 letters, digits, hyphens or underscores.", Field: "Idempotency-Key"}
	ErrKeyReused   = &Error{Kind: KindConflict, Code: "idempotency_key_reused", Message: "This Idempotency-Key was used with another request.", Field: "Idempotency-Key"}

	ErrCodeInvalid    = &Error{Kind: KindInvalid, Code: "login_code_invalid", Message: "WeChat does not know this code.", Field: "code"}
	ErrCodeUsed       = &Error{Kind: KindInvalid, Code: "login_code_used", Message: "This code was used already; ask WeChat for a new one.", Field: "code"}
	ErrCodeExpired    = &Error{Kind: KindInvalid, Code: "login_code_expired", Message: "This code has expired; ask WeChat for a new one.", Field: "code"}
	ErrCodeMalformed  = &Error{Kind: KindInvalid, Code: "login_code_malformed", Message: "This is not a WeChat code.", Field: "code"}
	ErrCodeForeign    = &Error{Kind: KindInvalid, Code: "login_code_foreign", Message: "This code belongs to another mini program.", Field: "code"}
	ErrUserBlocked    = &Error{Kind: KindForbidden, Code: "user_blocked", Message: "WeChat has blocked this account."}
	ErrWeChat         = &Error{Kind: KindUpstream, Code: "wechat_failed", Message: "WeChat did not accept this; please try again."}
	ErrWeChatBusy     = &Error{Kind: KindUpstream, Code: "wechat_busy", Message: "WeChat is busy; please try again in a moment."}
	ErrWeChatSettings = &Error{Kind: KindUnavailable, Code: "wechat_settings", Message: "The shop's WeChat settings do not work at present."}
	ErrRefundNotFound = &Error{Kind: KindNotFound, Code: "refund_not_found", Message: "There is no such refund."}
	ErrNotActive      = &Error{Kind: KindConflict, Code: "not_active", Message: "The consumer was not in the mini program of late."}
	ErrNotSubscribed  = &Error{Kind: KindConflict, Code: "not_subscribed", Message: "The consumer has not asked for this message."}
	ErrMessageRefused = &Error{Kind: KindUnavailable, Code: "message_refused", Message: "WeChat does not take this message as it is."}
	ErrUnclear        = &Error{Kind: KindUpstream, Code: "outcome_unclear", Message: "WeChat did not answer; it may have been done all the same."}
	ErrAccountGone    = &Error{Kind: KindConflict, Code: "account_gone", Message: "The consumer's WeChat account is closed or blocked; WeChat gives it no money back."}
	ErrPayNotFound    = &Error{Kind: KindNotFound, Code: "payment_not_found", Message: "There is no such payment."}
	ErrAlreadyPaid    = &Error{Kind: KindConflict, Code: "already_paid", Message: "This order has been paid."}
	ErrOverRefund     = &Error{Kind: KindConflict, Code: "over_refund", Message: "That is more than is left to refund."}
	ErrNothingBack    = &Error{Kind: KindConflict, Code: "nothing_to_refund", Message: "This refund gives nothing back."}
	ErrTooManyRefunds = &Error{Kind: KindConflict, Code: "too_many_refunds", Message: "WeChat allows at most {max} refunds of one payment."}
	ErrRefundTooLate  = &Error{Kind: KindConflict, Code: "refund_too_late", Message: "WeChat gives money back within {days} days of the payment only."}
	ErrOrderExpired   = &Error{Kind: KindConflict, Code: "order_expired", Message: "The time to pay has passed; please order again."}
	ErrNoBill         = &Error{Kind: KindNotFound, Code: "bill_not_found", Message: "WeChat has no bill of this day."}
	ErrBillNotReady   = &Error{Kind: KindUnavailable, Code: "bill_not_ready", Message: "WeChat has not made the bill of this day yet; please try again later."}
	ErrBillBroken     = &Error{Kind: KindUpstream, Code: "bill_broken", Message: "WeChat's bill of this day cannot be read; nothing was booked."}
	ErrReconciling    = &Error{Kind: KindConflict, Code: "reconciliation_running", Message: "This day is being reconciled at the moment."}
	ErrBadSignature   = &Error{Kind: KindUnauthorized, Code: "bad_signature", Message: "The signature does not match."}

	ErrSignInRefused      = &Error{Kind: KindUnauthorized, Code: "sign_in_refused", Message: "The e-mail address or the password is wrong."}
	ErrCodeRequired       = &Error{Kind: KindUnauthorized, Code: "code_required", Message: "Please enter the code of your authenticator app as well."}
	ErrCodeWrong          = &Error{Kind: KindUnauthorized, Code: "code_wrong", Message: "This code is wrong, or was used already."}
	ErrCSRF               = &Error{Kind: KindForbidden, Code: "csrf_refused", Message: "This request came from another site."}
	ErrSessionOnly        = &Error{Kind: KindForbidden, Code: "session_only", Message: "Only somebody who signed in with a password may do this; an access token does not do."}
	ErrTOTPRequired       = &Error{Kind: KindForbidden, Code: "totp_required", Message: "Your brand asks for a second factor; please set it up first."}
	ErrTOTPSet            = &Error{Kind: KindConflict, Code: "totp_set", Message: "A second factor is set up already; remove it first."}
	ErrTOTPNotBegun       = &Error{Kind: KindConflict, Code: "totp_not_begun", Message: "The setting up of a second factor has not begun."}
	ErrPasswordWrong      = &Error{Kind: KindInvalid, Code: "password_wrong", Message: "This is not your present password."}
	ErrPasswordCommon     = &Error{Kind: KindInvalid, Code: "password_common", Message: "Many people use this password; please choose another."}
	ErrPasswordPersonal   = &Error{Kind: KindInvalid, Code: "password_personal", Message: "The password must be more than your name, your address or the brand."}
	ErrEmailTaken         = &Error{Kind: KindConflict, Code: "email_taken", Message: "Somebody of this brand has this e-mail address already."}
	ErrNoLogin            = &Error{Kind: KindConflict, Code: "no_sign_in", Message: "This member of staff has no e-mail address and password."}
	ErrInvitationGone     = &Error{Kind: KindGone, Code: "invitation_gone", Message: "This link was used, has expired or was withdrawn; ask for a new one."}
	ErrInvitationNotFound = &Error{Kind: KindNotFound, Code: "invitation_not_found", Message: "There is no such invitation."}
	ErrSessionNotFound    = &Error{Kind: KindNotFound, Code: "session_not_found", Message: "There is no such session."}
	ErrSlugTaken          = &Error{Kind: KindConflict, Code: "slug_taken", Message: "There is a shop with this name in its addresses already."}

	// Of setting a shop up.
	ErrSuspendedByPlatform = &Error{Kind: KindConflict, Code: "suspended_by_platform", Message: "The platform has suspended this shop; only the platform can open it again."}
	ErrLowContrast         = &Error{Kind: KindInvalid, Code: "low_contrast", Message: "White text on this colour is hard to read: a contrast of {contrast}, where 4.5 is needed. {suggestion} is close to it and would do."}
	ErrMiniProgramFirst    = &Error{Kind: KindConflict, Code: "mini_program_first", Message: "Please set up the mini program first; the merchant takes payments for it."}
	ErrPaymentsOpen        = &Error{Kind: KindConflict, Code: "payments_open", Message: "{count} payments or refunds are under way with the present numbers. Wait until they have ended; unpaid orders do within {minutes} minutes."}
	ErrReplaceUnconfirmed  = &Error{Kind: KindConflict, Code: "replace_unconfirmed", Message: "Customers and payments belong to the present number {number}: with another one, earlier payments can be refunded at WeChat alone, and customers are strangers to a new mini program. Confirm with replace if that is meant."}
	ErrAppIDTaken          = &Error{Kind: KindConflict, Code: "app_id_taken", Message: "Another shop of this installation has this mini program."}
	ErrFreightNotFound     = &Error{Kind: KindNotFound, Code: "freight_not_found", Message: "There is no such freight template."}
	ErrFreightInUse        = &Error{Kind: KindConflict, Code: "freight_in_use", Message: "{count} products use this template; give them another one first."}
	ErrFreightLimit        = &Error{Kind: KindConflict, Code: "freight_limit", Message: "At most {max} freight templates are possible."}
	ErrPageNotFound        = &Error{Kind: KindNotFound, Code: "page_not_found", Message: "There is no such page."}
	ErrPageVersionNotFound = &Error{Kind: KindNotFound, Code: "page_version_not_found", Message: "This page has no such version."}
	ErrHomePageStays       = &Error{Kind: KindConflict, Code: "home_page_stays", Message: "The home page is changed, and not taken away."}
	ErrNotPublished        = &Error{Kind: KindConflict, Code: "not_published", Message: "Customers do not see this page."}
	ErrPageLimit           = &Error{Kind: KindConflict, Code: "page_limit", Message: "At most {max} pages are possible."}
	ErrNothingToPublish    = &Error{Kind: KindConflict, Code: "nothing_to_publish", Message: "Everything is published already."}
	ErrBlockEmpty          = &Error{Kind: KindInvalid, Code: "block_empty", Message: "This block has nothing to show yet."}
	ErrLinkBroken          = &Error{Kind: KindInvalid, Code: "link_broken", Message: "{name} is not there, or not any more; please choose something else."}
	ErrPreviewEnded        = &Error{Kind: KindGone, Code: "preview_ended", Message: "This preview has ended; open it again from the console."}
	ErrNameTaken           = &Error{Kind: KindConflict, Code: "name_taken", Message: "This name is taken already."}

	// Of a check of what a shop has at WeChat: what came of it and what is to be done.
	ErrCheckPassed      = &Error{Kind: KindUpstream, Code: "check_passed", Message: "This works."}
	ErrCheckNotSet      = &Error{Kind: KindUpstream, Code: "check_not_set", Message: "This is not set up yet."}
	ErrCheckNoPush      = &Error{Kind: KindUpstream, Code: "check_no_push", Message: "There is no message push: reviews with pictures wait for your staff, and receipts confirmed in WeChat are not heard of. Set it up at mp.weixin.qq.com, Development, Message push, and enter its Token and EncodingAESKey here."}
	ErrCheckKeyset      = &Error{Kind: KindUpstream, Code: "check_keyset", Message: "What is stored cannot be opened with the keys of this installation; ask whoever runs it about secrets.keyset."}
	ErrCheckAppID       = &Error{Kind: KindUpstream, Code: "check_app_id", Message: "WeChat does not know this AppID. Copy it from mp.weixin.qq.com, Development, Development settings."}
	ErrCheckAppSecret   = &Error{Kind: KindUpstream, Code: "check_app_secret", Message: "WeChat does not take this AppSecret; it may have been reset. Make a new one at mp.weixin.qq.com, Development settings, and enter it here."}
	ErrCheckAllowList   = &Error{Kind: KindUpstream, Code: "check_allow_list", Message: "WeChat refuses this server's address. Add it to the IP allow-list of the mini program at mp.weixin.qq.com, Development settings."}
	ErrCheckPermissions = &Error{Kind: KindUpstream, Code: "check_permissions", Message: "The mini program may not use this interface yet. Complete its verification and its service categories at mp.weixin.qq.com."}
	ErrCheckMerchant    = &Error{Kind: KindUpstream, Code: "check_merchant", Message: "WeChat Pay does not know this merchant number, or it may not take payments of this kind. Compare it with pay.weixin.qq.com, Account centre."}
	ErrCheckSignature   = &Error{Kind: KindUpstream, Code: "check_signature", Message: "WeChat Pay does not take this merchant's signature: merchant number, certificate serial and private key do not belong together. Copy the serial of the API certificate from pay.weixin.qq.com, API security, and the key from the apiclient_key.pem made with it."}
	ErrCheckBinding     = &Error{Kind: KindUpstream, Code: "check_binding", Message: "This mini program is not bound to this merchant. Bind the AppID at pay.weixin.qq.com, Products, AppID accounts, and confirm it at mp.weixin.qq.com."}
	ErrCheckKeys        = &Error{Kind: KindUpstream, Code: "check_keys", Message: "A key cannot be read: enter the private key, the public key and the APIv3 key again as WeChat Pay gave them."}
	ErrCheckAPIKey      = &Error{Kind: KindUpstream, Code: "check_api_key", Message: "The APIv3 key does not open what WeChat Pay sends. Set it at pay.weixin.qq.com, API security, and enter the same 32 characters here."}
	ErrCheckAnswer      = &Error{Kind: KindUpstream, Code: "check_answer", Message: "WeChat gave an answer that cannot be verified or understood. Compare WeChat Pay's public key and its ID with pay.weixin.qq.com, API security, and try again."}
	ErrCheckUnreachable = &Error{Kind: KindUpstream, Code: "check_unreachable", Message: "WeChat did not answer, so nothing is known; try again in a minute. If it stays so, this server does not reach WeChat: ask whoever runs it."}
	ErrCheckUntested    = &Error{Kind: KindUpstream, Code: "check_untested", Message: "Whether the AppID is bound to the merchant, and whether WeChat Pay's public key and the APIv3 key are right, only a payment shows: place a test order."}
	ErrCheckClock       = &Error{Kind: KindUpstream, Code: "check_clock", Message: "This server's clock is {skew} from WeChat's, which refuses signatures of another time: let it follow a time server."}
)
