package model

import "database/sql/driver"

// FreightBack tells when the freight that a consumer paid goes back with goods that nobody is at fault for.
type FreightBack string

// The rules. Freight of goods that were never sent always goes back, and so does that of a faulty delivery of
// which nothing is kept.
const (
	FreightBackNever FreightBack = "never"
	FreightBackWhole FreightBack = "whole" // with the last piece of the order
)

// AfterSaleRule is how a brand takes things back. A brand without a row has DefaultAfterSaleRule.
type AfterSaleRule struct {
	ID              int64
	BrandID         int64
	AnswerHours     int64 // for staff to answer, before the case is agreed
	SendDays        int64 // for the consumer to send the goods back, before the case is withdrawn
	ReceiveDays     int64 // for staff to confirm that they came, before they count as received
	ResendDays      int64 // for staff to send the replacement, before the money goes back
	ConfirmDays     int64 // for the consumer to confirm it, before it counts as received
	AppealDays      int64 // for the consumer to have a refusal decided again
	FaultDays       int64 // calendar days after receipt in which the brand's faults are put right; at least ReturnDays
	InstantRefund   bool  // what was not sent yet is given back without asking staff
	FreightBack     FreightBack
	CompensationFen Fen // promised for the way back when the brand is at fault; 0: none
	ReturnPlace     ReturnPlace
	CreatedAt       Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt       Millis `gorm:"autoUpdateTime:milli"`
}

// ReturnDays is the right to return without a reason, in calendar days from the day after receipt: the law on
// the protection of consumers, article 25.
const ReturnDays = 7

// DefaultAfterSaleRule is what is usual in the trade.
var DefaultAfterSaleRule = AfterSaleRule{
	AnswerHours: 48, SendDays: 7, ReceiveDays: 10, ResendDays: 7, ConfirmDays: 10, AppealDays: 7, FaultDays: 15,
	FreightBack: FreightBackWhole,
}

// ReturnPlace is where a brand has goods sent back to, in words that go on a parcel.
type ReturnPlace struct {
	Name    string `json:"name" yaml:"name" maxLength:"64" doc:"Who receives"`
	Phone   string `json:"phone" yaml:"phone" maxLength:"32"`
	Address string `json:"address" yaml:"address" maxLength:"256" doc:"The whole address"`
}

// Known tells whether goods can be sent there.
func (p ReturnPlace) Known() bool { return p.Name != "" && p.Phone != "" && p.Address != "" }

// Value implements driver.Valuer.
func (p ReturnPlace) Value() (driver.Value, error) { return valueJSON(p) }

// Scan implements sql.Scanner.
func (p *ReturnPlace) Scan(src any) error { return scanJSON(src, p) }
