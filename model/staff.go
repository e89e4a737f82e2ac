package model

//go:generate go run hutong/internal/permissionsdoc ../docs/permissions.md

import "slices"

// Role is what a member of staff is in a brand; what it allows is in Permissions.
type Role string

// The roles.
const (
	RoleOwner     Role = "owner"     // may do everything, and alone decides who else may
	RoleOperator  Role = "operator"  // runs the shop from day to day
	RoleWarehouse Role = "warehouse" // sends, counts and takes back
	RoleFinance   Role = "finance"   // money, and nothing that moves goods
	RoleService   Role = "service"   // answers consumers
	RoleViewer    Role = "viewer"    // looks, and sees no personal data
)

// RoleAdministrator is the role of Platform's staff. No brand can give it, and it opens no brand's data.
const RoleAdministrator Role = "administrator"

// Roles lists the roles of a brand, the most powerful first.
var Roles = []Role{RoleOwner, RoleOperator, RoleWarehouse, RoleFinance, RoleService, RoleViewer}

// Permission is one thing that staff may be allowed to do.
type Permission string

// The permissions.
const (
	PermitOrdersRead      Permission = "orders.read"
	PermitOrdersNote      Permission = "orders.note"
	PermitOrdersPrice     Permission = "orders.price"
	PermitOrdersCancel    Permission = "orders.cancel"
	PermitOrdersShip      Permission = "orders.ship"
	PermitTrackingWrite   Permission = "tracking.write" // also what a carrier's system is given
	PermitRefundsRead     Permission = "refunds.read"
	PermitRefundsWrite    Permission = "refunds.write"
	PermitAfterSaleRead   Permission = "aftersale.read"
	PermitAfterSaleWrite  Permission = "aftersale.write"
	PermitAfterSaleDecide Permission = "aftersale.decide"
	PermitMoneyRead       Permission = "money.read"
	PermitMoneyReconcile  Permission = "money.reconcile"
	PermitCatalogueRead   Permission = "catalogue.read"
	PermitCatalogueWrite  Permission = "catalogue.write"
	PermitStockRead       Permission = "stock.read"
	PermitStockWrite      Permission = "stock.write"
	PermitReviewsRead     Permission = "reviews.read"
	PermitReviewsWrite    Permission = "reviews.write"
	PermitPromotionsRead  Permission = "promotions.read"
	PermitPromotionsWrite Permission = "promotions.write"
	PermitMessagesRead    Permission = "messages.read"
	PermitOrdersExport    Permission = "orders.export"
	PermitFiguresRead     Permission = "figures.read"
	PermitCustomersRead   Permission = "customers.read"
	PermitCustomersWrite  Permission = "customers.write"
	PermitCustomersPhone  Permission = "customers.phone" // sees names, phones and addresses in full; each reading is logged
	PermitGroupsRead      Permission = "groups.read"
	PermitGroupsWrite     Permission = "groups.write"
	PermitJobsRead        Permission = "jobs.read"
	PermitJobsRetry       Permission = "jobs.retry"
	PermitCallbacksRead   Permission = "callbacks.read"
	PermitAuditRead       Permission = "audit.read"
	PermitStaffManage     Permission = "staff.manage"
	PermitContentRead     Permission = "content.read"
	PermitContentWrite    Permission = "content.write"
	PermitSettingsRead    Permission = "settings.read"
	PermitSettingsWrite   Permission = "settings.write"
	PermitCredentials     Permission = "credentials.write"
)

// PermitPlatform is what an administrator of Platform may do, and nobody else: open and close brands. It is not in
// Permissions, which are a brand's.
const PermitPlatform Permission = "platform"

// PermissionRow is a row of the permission table.
type PermissionRow struct {
	Permission Permission
	Allows     string // what it lets somebody do, for the page in the docs
	Roles      []Role // beside the owner, who may do everything
}

// Permissions is the one table that says who may do what. It guards the API and draws docs/permissions.md.
var Permissions = []PermissionRow{
	{PermitOrdersRead, "see orders, their money and their life so far", []Role{RoleOperator, RoleWarehouse, RoleFinance, RoleService, RoleViewer}},
	{PermitOrdersNote, "leave a note at an order", []Role{RoleOperator, RoleWarehouse, RoleService}},
	{PermitOrdersPrice, "change the price of an order that is not paid", []Role{RoleOperator}},
	{PermitOrdersCancel, "cancel an order that is not paid", []Role{RoleOperator, RoleService}},
	{PermitOrdersShip, "send parcels, correct a waybill", []Role{RoleOperator, RoleWarehouse}},
	{PermitTrackingWrite, "report where a parcel is", []Role{RoleOperator, RoleWarehouse}},
	{PermitRefundsRead, "see refunds", []Role{RoleOperator, RoleFinance, RoleService}},
	{PermitRefundsWrite, "give money back, and see to refunds that are stuck", []Role{RoleOperator, RoleFinance}},
	{PermitAfterSaleRead, "see after-sale cases", []Role{RoleOperator, RoleWarehouse, RoleFinance, RoleService}},
	{PermitAfterSaleWrite, "answer after-sale cases, take goods back", []Role{RoleOperator, RoleWarehouse, RoleService}},
	{PermitAfterSaleDecide, "have the last word in a case that is escalated", nil},
	{PermitMoneyRead, "see the journal, the trial balance and reconciliations", []Role{RoleFinance}},
	{PermitMoneyReconcile, "reconcile a day, settle what differs", []Role{RoleFinance}},
	{PermitCatalogueRead, "see products and categories as staff do, export them", []Role{RoleOperator, RoleWarehouse, RoleFinance, RoleService, RoleViewer}},
	{PermitCatalogueWrite, "make and change products, categories and prices, publish, import", []Role{RoleOperator}},
	{PermitStockRead, "see stock and what moved it", []Role{RoleOperator, RoleWarehouse, RoleFinance, RoleService, RoleViewer}},
	{PermitStockWrite, "correct stock, say when it is low", []Role{RoleOperator, RoleWarehouse}},
	{PermitReviewsRead, "see reviews that are not published", []Role{RoleOperator, RoleService, RoleViewer}},
	{PermitReviewsWrite, "publish, hide and answer reviews", []Role{RoleOperator, RoleService}},
	{PermitPromotionsRead, "see promotions and coupons, and what they bring", []Role{RoleOperator, RoleFinance, RoleService, RoleViewer}},
	{PermitPromotionsWrite, "make, change and pause promotions and coupons, and issue coupons", []Role{RoleOperator}},
	{PermitMessagesRead, "see what messages were sent and what became of them", []Role{RoleOperator, RoleService}},
	{PermitOrdersExport, "take orders away as a file", []Role{RoleOperator, RoleFinance}},
	{PermitFiguresRead, "see how sales stand: the dashboard", []Role{RoleOperator, RoleFinance, RoleViewer}},
	{PermitCustomersRead, "see customers and what they bought, masked", []Role{RoleOperator, RoleService, RoleViewer}},
	{PermitCustomersWrite, "set customers' levels, make and change levels and segments", []Role{RoleOperator}},
	{PermitCustomersPhone, "see a consumer's name, phone and address in full", []Role{RoleOperator, RoleWarehouse, RoleService}},
	{PermitGroupsRead, "see campaigns of small groups, their groups and figures", []Role{RoleOperator, RoleFinance, RoleViewer}},
	{PermitGroupsWrite, "make, change and stop campaigns of small groups, and cancel a group", []Role{RoleOperator}},
	{PermitJobsRead, "see due work and what failed", []Role{RoleOperator, RoleFinance}},
	{PermitJobsRetry, "try failed work again", []Role{RoleOperator}},
	{PermitCallbacksRead, "see WeChat's notifications and what became of them", []Role{RoleOperator, RoleFinance}},
	{PermitAuditRead, "see who did what", nil},
	{PermitStaffManage, "invite and suspend staff, change roles, end sessions, make and revoke access tokens", nil},
	{PermitContentRead, "see the shop's pages as staff do, and what they are going to look like", []Role{RoleOperator, RoleViewer}},
	{PermitContentWrite, "change the shop's pages, publish them, bring an older version back", []Role{RoleOperator}},
	{PermitSettingsRead, "see how the shop is set up, and what is left to do", []Role{RoleOperator}},
	{PermitSettingsWrite, "change the shop's profile, delivery prices, after-sale rules and messages", nil},
	{PermitCredentials, "set and try what the shop has at WeChat: its mini program and its merchant", nil},
}

// May tells whether a role has a permission.
func (r Role) May(p Permission) bool {
	if r == RoleAdministrator {
		return p == PermitPlatform
	}
	for _, row := range Permissions {
		if row.Permission == p {
			return r == RoleOwner || slices.Contains(row.Roles, r)
		}
	}
	return false
}

// StaffStatus tells whether a member of staff may come in.
type StaffStatus string

// The states of a member of staff.
const (
	StaffActive    StaffStatus = "active"
	StaffSuspended StaffStatus = "suspended"
)

// Staff is somebody, or some machine, that works for one brand.
type Staff struct {
	ID        int64
	BrandID   int64
	No        string // ULID, outside
	Name      string
	Role      Role
	Status    StaffStatus
	SetupAway bool   // they have put the list of what is left to set up away
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// TableName implements gorm's Tabler.
func (Staff) TableName() string { return "staff" }

// StaffToken lets a member of staff call the API. Only its hash is kept.
type StaffToken struct {
	ID        int64
	BrandID   int64
	StaffID   int64
	No        string // ULID, outside
	Name      string // what it is for
	Hash      string // SHA-256 of the token, hex
	ExpiresAt Millis
	RevokedAt Millis
	// LastUsedAt is when it was used last, give or take an hour: for finding those that nobody needs any more.
	LastUsedAt Millis
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
}
