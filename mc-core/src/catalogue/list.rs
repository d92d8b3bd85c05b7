//! Which problems there are: one list for their names and their code.

/// Calls the macro `$then` with the problems: a variant and a type each.
macro_rules! each_problem {
    ($then:ident) => {
        $then! {
            Lecture($crate::catalogue::Lecture),
            Oscillatory($crate::catalogue::Genz<$crate::catalogue::Oscillatory>),
            ProductPeak($crate::catalogue::Genz<$crate::catalogue::ProductPeak>),
            CornerPeak($crate::catalogue::Genz<$crate::catalogue::CornerPeak>),
            Gaussian($crate::catalogue::Genz<$crate::catalogue::Gaussian>),
            Continuous($crate::catalogue::Genz<$crate::catalogue::Continuous>),
            Discontinuous($crate::catalogue::Genz<$crate::catalogue::Discontinuous>),
            GaussianPeak($crate::catalogue::GaussianPeak),
            EuropeanCall($crate::catalogue::EuropeanCall),
            BallVolume($crate::catalogue::BallVolume),
            Ishigami($crate::catalogue::Ishigami),
        }
    };
}

pub(super) use each_problem;
