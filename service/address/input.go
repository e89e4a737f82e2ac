package address

import (
	"hutong/model"
)

// Input is an address as a consumer writes it.
type Input struct {
	Name         string `json:"name"`
	Phone        string `json:"phone"`
	ProvinceCode string `json:"province_code"`
	City         string `json:"city"`
	District     string `json:"district"`
	Detail       string `json:"detail"`
	Postcode     string `json:"postcode,omitempty"`
	Default      bool   `json:"default,omitempty"`
}

// View is an address as its owner sees it.
type View struct {
	No string `json:"no"`
	model.Place
	Default bool `json:"default"`
}

func view(a model.Address) View { return View{No: a.No, Place: a.Place, Default: a.IsDefault} }

func (in Input) place() (model.Place, error) {
	return model.Place{
		Name: in.Name, Phone: in.Phone, ProvinceCode: in.ProvinceCode, City: in.City, District: in.District,
		Detail: in.Detail, Postcode: in.Postcode,
	}, nil
}
