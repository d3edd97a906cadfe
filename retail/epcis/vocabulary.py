"""The words of CBV 2.0 that EPCIS events speak, and their three spellings: bare, web URI, URN."""

from typing import NamedTuple

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
"""the JSON-LD context of EPCIS 2.0, in which bare words have a meaning"""
EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent", "TransformationEvent")
ACTIONS = frozenset({"OBSERVE", "ADD", "DELETE"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEPS = _words(
    "accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting "
    "decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting "
    "installing killing loading other packing picking receiving removing repackaging repairing replacing reserving "
    "retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting "
    "unloading unpacking void_shipping"
)
DISPOSITIONS = _words(
    "active available completeness_inferred completeness_verified conformant container_closed container_open damaged "
    "destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance "
    "mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed "
    "recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable "
    "unknown"
)
ERROR_REASONS = frozenset({"did_not_occur", "incorrect_data"})
TRANSACTION_TYPES = _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt")
PARTY_TYPES = frozenset({"owning_party", "possessing_party", "location"})

MEASUREMENTS = _words(
    "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance "
    "AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance "
    "Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity "
    "ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency "
    "Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux "
    "LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration "
    "MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power "
    "Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity SolidAngle "
    "SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate "
    "VolumeFraction VolumetricFlux Wavenumber"
)
SENSOR_ALERTS = _words("ALARM_CONDITION ERROR_CONDITION")
COMPONENTS = _words(
    "altitude axial_distance azimuth easting elevation_angle height latitude longitude northing polar_angle "
    "spherical_radius x y z"
)
"""what sensors say: words of the GS1 web vocabulary and of CBV 2.0"""


class Vocabulary(NamedTuple):
    """One standard vocabulary: its words, and what stands before them in web URIs and URNs (CBV 2.0, 7)."""

    words: frozenset[str]
    web: str
    urn: str

    def web_uri(self, value: str) -> str:
        """The web URI of a word in any of its spellings; other values as they are."""
        word = self.bare(value)
        return self.web + word if word in self.words else value

    def bare(self, value: str) -> str:
        """The bare word of any spelling; other values as they are."""
        if value in self.words:
            return value
        for prefix in (self.web, self.urn, self.web.replace("https://ref.gs1.org/cbv/", "cbv:")):
            if value.startswith(prefix) and value[len(prefix) :] in self.words:
                return value[len(prefix) :]
        return value


_WEB, _URN = "https://ref.gs1.org/cbv/", "urn:epcglobal:cbv:"
BIZ_STEP = Vocabulary(BIZ_STEPS, f"{_WEB}BizStep-", f"{_URN}bizstep:")
DISPOSITION = Vocabulary(DISPOSITIONS, f"{_WEB}Disp-", f"{_URN}disp:")
ERROR_REASON = Vocabulary(ERROR_REASONS, f"{_WEB}ER-", f"{_URN}er:")
TRANSACTION_TYPE = Vocabulary(TRANSACTION_TYPES, f"{_WEB}BTT-", f"{_URN}btt:")
PARTY_TYPE = Vocabulary(PARTY_TYPES, f"{_WEB}SDT-", f"{_URN}sdt:")
