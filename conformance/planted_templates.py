"""Cells that hold one leak, or none, with words in braces: see `conformance.planted`, which draws the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FITTER = (
    "%%\n{sc} = {scaler}\n{X} = {sc}.fit_transform({X})  #! fitter",
    "%%\n{sc} = {scaler}\n{X}[{X}.columns] = {sc}.fit_transform({X})  #! fitter",
    "%%\n{sc} = {scaler}.fit({X})  #! fitter\n{X} = pd.DataFrame({sc}.transform({X}), columns={X}.columns)",
    "%%\n{X} = pd.DataFrame({imputer}.fit_transform({X}), columns={X}.columns)  #! fitter",
    "%%\n{sc} = {imputer}\n{sc}.fit({X})  #! fitter\n{X} = {sc}.transform({X})",
    "%%\n{enc} = LabelEncoder()\n{X}[{c0!r}] = {enc}.fit_transform({X}[{c0!r}])  #! fitter",
    "%%\n{enc} = {encoder}\n{X}[[{c0!r}]] = {enc}.fit_transform({X}[[{c0!r}]], {y})  #! fitter",
    "%%\n{sel} = {selector}\n{X} = {sel}.fit_transform({X}, {y})  #! fitter",
    "%%\n{sel} = SelectKBest(k=2).fit({X}, {y})  #! fitter\n{X} = {X}.loc[:, {sel}.get_support()]",
    "%%\ndef scaled(a):\n    return {scaler}.fit_transform(a)  #! fitter\n%%\n{X} = scaled({X})",
)
_STATISTIC = (
    "%%\n{X}[{c0!r}] = {X}[{c0!r}].fillna({X}[{c0!r}].{how}())  #! statistic",
    "%%\n{X} = {X}.fillna({X}.{how}())  #! statistic",
    "%%\n{X}[{c0!r}] = ({X}[{c0!r}] - {X}[{c0!r}].mean()) / {X}[{c0!r}].std()  #! statistic",
    "%%\n{t} = {X}[{c0!r}].quantile(0.95)  #! statistic\n{X}[{c0!r}] = {X}[{c0!r}].clip(upper={t})",
    "%%\nfor {v} in [{c0!r}, {c1!r}]:\n    {X}[{v}] = {X}[{v}].fillna({X}[{v}].{how}())  #! statistic",
    "%%\n{t} = {X}.groupby({c0!r})[{c1!r}].mean()  #! statistic\n{X}['by'] = {X}[{c0!r}].map({t})",
    "%%\n{X}['rel'] = {X}[{c1!r}] / {X}.groupby({c0!r})[{c1!r}].transform('mean')  #! statistic",
)
_TARGET = (
    "%%\n{t} = {df}.groupby({c0!r})[{target!r}].mean()  #! target\n{X}['risk'] = {X}[{c0!r}].map({t})",
    "%%\n{X}['risk'] = {df}.groupby({c0!r})[{target!r}].transform('mean')  #! target",
    "%%\n{X}['gain'] = {df}[{c1!r}] * (1 - {df}[{target!r}])  #! target",
    "%%\n{X}['flag'] = np.where({df}[{target!r}] == 1, {df}[{c0!r}], 0)  #! target",
    "%%\n{t} = {y}.groupby({X}[{c0!r}]).agg(['mean', 'count'])  #! target\n{X}['r'] = {X}[{c0!r}].map({t}['mean'])",
    "%%\n{t} = dict({df}.groupby({c0!r})[{target!r}].sum())  #! target\n"
    "{X}['k'] = [{t}.get(v, 0) for v in {X}[{c0!r}]]",
    "%%\n{X}['rank'] = {df}[{c1!r}].fillna(0) + {y} * 0.01  #! target",
)
_RESAMPLED = (
    "%%\n{up} = resample({X}[{y} == 1], n_samples=400, random_state=0)\n"
    "{X}, {y} = pd.concat([{X}, {up}]), pd.concat([{y}, {y}.loc[{up}.index]])  #! resampled",
    "%%\n{up} = {X}[{y} == 1].sample(500, replace=True, random_state=1)\n"
    "{y} = pd.concat([{y}, {y}.loc[{up}.index]])\n{X} = pd.concat([{X}, {up}])  #! resampled",
    "%%\n{i} = np.random.default_rng(3).choice(np.flatnonzero({y} == 1), 400)\n"
    "{X} = pd.concat([{X}, {X}.iloc[{i}]], ignore_index=True)  #! resampled\n"
    "{y} = pd.concat([{y}, {y}.iloc[{i}]], ignore_index=True)",
    "%%\n{i} = np.concatenate([np.arange(len({X})), np.repeat(np.flatnonzero({y} == 1), 2)])\n"
    "{X} = {X}.iloc[{i}]  #! resampled\n{y} = {y}.iloc[{i}]",
    "%%\nclass Smote:\n    def fit_resample(self, a, b):\n        few = a[b == 1]\n"
    "        return pd.concat([a, few + 0.01]), pd.concat([b, b[b == 1]])\n"
    "%%\n{X}, {y} = Smote().fit_resample({X}, {y})  #! resampled",
)
CHOSEN_MODEL = (
    "%%\n{cands} = [{m0}, {m1}, {m2}]\n{s} = []\nfor {v} in {cands}:\n    {v}.fit({Xtr}, {ytr})\n"
    "    {s}.append({metric}({yte}, {v}.{predict}))\n{best} = {cands}[int(np.argmax({s}))]  #! chosen",
    "%%\n{cands} = {{'a': {m0}, 'b': {m1}, 'c': {m2}}}\n{s} = {{}}\nfor {v}, one in {cands}.items():\n"
    "    one.fit({Xtr}, {ytr})\n    {s}[{v}] = {metric}({yte}, one.{predict})\n"
    "%%\n{best} = {cands}[max({s}, key={s}.get)]  #! chosen",
    "%%\n{t} = -1\nfor {v} in ({m0}, {m1}):\n    {v}.fit({Xtr}, {ytr})\n    {s} = {metric}({yte}, {v}.{predict})\n"
    "    if {s} > {t}:  #! chosen\n        {t}, {best} = {s}, {v}",
)
CHOSEN_CUT = (
    "%%\n{best} = {m0}\n{best}.fit({Xtr}, {ytr})\n{p} = {best}.predict_proba({Xte})[:, 1]\n"
    "%%\n{cuts} = np.arange(0.1, 0.9, 0.05)\n{s} = [f1_score({yte}, {p} > {v}) for {v} in {cuts}]\n"
    "{t} = {cuts}[np.argmax({s})]  #! chosen\nprint('F1', f1_score({yte}, {p} > {t}))",
    "%%\n{best} = {m1}\n{best}.fit({Xtr}, {ytr})\n{p} = {best}.predict_proba({Xte})[:, 1]\n"
    "%%\n{fpr}, {tpr}, {cuts} = roc_curve({yte}, {p})\n{t} = {cuts}[({tpr} - {fpr}).argmax()]  #! chosen\n"
    "print('acc', accuracy_score({yte}, {p} >= {t}))",
    "%%\n{best} = {m2}\n{best}.fit({Xtr}, {ytr})\n{p} = {best}.predict_proba({Xte})[:, 1]\n"
    "%%\n{t}, {s} = 0.5, 0\nfor {v} in np.linspace(0.1, 0.8, 15):\n    now = f1_score({yte}, {p} > {v})\n"
    "    if now > {s}:  #! chosen\n        {t}, {s} = {v}, now\n%%\nprint(f1_score({yte}, {p} > {t}))",
)
_TUNED = (
    "%%\n{s} = {{}}\nfor {v} in [1, 2, 4, 6]:\n    {m} = DecisionTreeClassifier(max_depth={v}, random_state=0)\n"
    "    {m}.fit({Xtr}, {ytr})\n    {s}[{v}] = {metric}({yte}, {m}.{predict})\n"
    "{t} = max({s}, key={s}.get)  #! tuned\n{best} = DecisionTreeClassifier(max_depth={t}, random_state=0)\n"
    "{best}.fit({Xtr}, {ytr})",
    "%%\n{t} = 0\nfor {v} in [0.01, 0.1, 1.0]:\n    {m} = LogisticRegression(C={v}, max_iter=2000).fit({Xtr}, {ytr})\n"
    "    {s} = {metric}({yte}, {m}.{predict})\n    if {s} > {t}:  #! tuned\n        {t}, {best} = {s}, {m}",
    "%%\n{grid} = GridSearchCV({m2}, {{'max_depth': [2, 3]}}, cv=2)\n{grid}.fit({X}, {y})  #! tuned\n"
    "{best} = {grid}.best_estimator_.fit({Xtr}, {ytr})",
    "%%\n{best} = XGBClassifier(n_estimators=40, max_depth=2, early_stopping_rounds=5)\n"
    "{best}.fit({Xtr}, {ytr}, eval_set=[({Xte}, {yte})], verbose=False)  #! tuned",
    "%%\n{grid} = GridSearchCV({m2}, {{'max_depth': [2, 3]}}, cv=2)\n{grid}.fit({Xte}, {yte})  #! tuned\n"
    "{best} = DecisionTreeClassifier(**{grid}.best_params_, random_state=0).fit({Xtr}, {ytr})",
    "%%\n{s} = [{metric}({yte}, DecisionTreeClassifier(max_depth={v}, random_state=0).fit({Xtr}, {ytr}).{predict})"
    " for {v} in range(1, 5)]\n{t} = int(np.argmax({s})) + 1  #! tuned\n"
    "{best} = DecisionTreeClassifier(max_depth={t}, random_state=0).fit({Xtr}, {ytr})",
)
_DUPLICATES = (
    "%%\n{tr} = {df}.sample(frac=0.7, random_state=1)\n{te} = {df}.sample(frac=0.3, random_state=2)  #! duplicates",
    "%%\n{tr} = {df}.iloc[:700]\n{te} = {df}.iloc[600:]  #! duplicates",
    "%%\n{tr} = {df}\n{te} = {df}.sample(200, random_state=5)  #! duplicates",
    "%%\n{tr}, {te} = train_test_split({df}, random_state=3)\n{tr} = pd.concat([{tr}, {te}])  #! duplicates",
    "%%\n{tr} = {df}[:-100]\n{te} = {df}[-300:]  #! duplicates",
    "%%\n{tr}, {te} = train_test_split({df}, random_state=4)\n{tr} = {df}.copy()  #! duplicates",
)
_TIME = (
    "%%\n{df}['issued'] = pd.to_datetime({df}['issued'])\n{df} = {df}.sort_values('issued')\n"
    "{X} = {df}[{cols}].fillna(0)\n{y} = {df}[{target!r}]\n%%\n"
    "{Xtr}, {Xte}, {ytr}, {yte} = train_test_split({X}, {y}, test_size=0.3, random_state=1)  #! time",
    "%%\n{df}['issued'] = pd.to_datetime({df}.issued)\n{df}['before'] = {df}['amount'].shift(1).fillna(0)\n"
    "{X} = {df}[{cols} + ['before']].fillna(0)\n{y} = {df}[{target!r}]\n%%\n"
    "{Xtr}, {Xte}, {ytr}, {yte} = train_test_split({X}, {y}, random_state=2)  #! time",
    "%%\n{df} = pd.read_csv('loans.csv', parse_dates=['issued'])\n{df}['m'] = {df}['issued'].dt.month\n"
    "{X} = {df}[{cols} + ['m']].fillna(0)\n{y} = {df}[{target!r}]\n%%\n"
    "{Xtr}, {Xte}, {ytr}, {yte} = train_test_split({X}, {y}, random_state=8, shuffle=True)  #! time",
    "%%\n{df} = {df}.sort_values('issued')\n{X} = {df}[{cols}].fillna(0)\n"
    "{X}['next'] = {df}['late'].shift(-1).fillna(0)  #! time\n{y} = {df}[{target!r}]\n%%\n"
    "{t} = int(len({X}) * 0.7)\n{Xtr}, {Xte}, {ytr}, {yte} = {X}[:{t}], {X}[{t}:], {y}[:{t}], {y}[{t}:]",
)
CLEAN_AFTER = (
    "%%\n{sc} = {scaler}\n{Xtr} = {sc}.fit_transform({Xtr})\n{Xte} = {sc}.transform({Xte})",
    "%%\n{t} = {Xtr}[{c0!r}].median()\n"
    "{Xtr}[{c0!r}] = {Xtr}[{c0!r}].fillna({t})\n{Xte}[{c0!r}] = {Xte}[{c0!r}].fillna({t})",
    "%%\n{t} = {ytr}.groupby({Xtr}[{c0!r}]).mean()\n{Xtr}['r'] = {Xtr}[{c0!r}].map({t}).fillna(0)\n"
    "{Xte}['r'] = {Xte}[{c0!r}].map({t}).fillna(0)",
    "%%\n{up} = {Xtr}[{ytr} == 1].sample(300, replace=True, random_state=1)\n"
    "{ytr} = pd.concat([{ytr}, {ytr}.loc[{up}.index]])\n{Xtr} = pd.concat([{Xtr}, {up}])",
    "%%\n{Xtr}, {Xva}, {ytr}, {yva} = train_test_split({Xtr}, {ytr}, random_state=3)\n"
    "{cuts} = np.linspace(0.1, 0.8, 9)\n{p} = {m2}.fit({Xtr}, {ytr}).predict_proba({Xva})[:, 1]\n"
    "{t} = {cuts}[np.argmax([f1_score({yva}, {p} > {v}) for {v} in {cuts}])]",
    "%%\nfor {v} in [{m0}, {m1}]:\n    {v}.fit({Xtr}, {ytr})\n    print({metric}({yte}, {v}.{predict}))",
    "%%\n{grid} = GridSearchCV({m2}, {{'max_depth': [2, 3]}}, cv=2)\n{grid}.fit({Xtr}, {ytr})\n{grid}.best_params_",
    "%%\n{s} = {{}}\nfor {v} in [1, 3, 5]:\n    {s}[{v}] = cross_val_score("
    "DecisionTreeClassifier(max_depth={v}, random_state=0), {Xtr}, {ytr}, cv=2).mean()\n{t} = max({s}, key={s}.get)",
    "%%\n{X}.describe()\n%%\nprint({X}[{c0!r}].mean(), {y}.mean())\n%%\n{df}.groupby({c0!r})[{target!r}].mean()",
)
CLEAN_BEFORE = (
    "%%\n{X}[{c0!r}] = {X}[{c0!r}].fillna(-1)\n{X}['ratio'] = {X}[{c0!r}] / ({X}[{c1!r}] + 1)",
    "%%\n{df}.drop_duplicates(inplace=True)\nprint(len({df}), {df}[{target!r}].mean())",
    "%%\n{X} = {X}.clip(upper=10000)\n{X}['total'] = {X}.sum(axis=1)",
    "%%\nprint({X}.mean().round(2))\n{X}.corrwith({y}).plot.bar()",
)
CLEAN_TIME = (
    "%%\n{df}['issued'] = pd.to_datetime({df}['issued'])\n{df} = {df}.sort_values('issued')\n"
    "{X} = {df}[{cols}].fillna(0)\n{y} = {df}[{target!r}]\n%%\n"
    "{Xtr}, {Xte}, {ytr}, {yte} = train_test_split({X}, {y}, test_size=0.3, shuffle=False)",
    "%%\n{df}['issued'] = pd.to_datetime({df}['issued'])\n{tr} = {df}[{df}['issued'] < '2022-06-01']\n"
    "{te} = {df}[{df}['issued'] >= '2022-06-01']\n{Xtr}, {ytr} = {tr}[{cols}].fillna(0), {tr}[{target!r}]\n"
    "{Xte}, {yte} = {te}[{cols}].fillna(0), {te}[{target!r}]",
)

FIRST: Mapping[str, tuple[str, ...]] = {
    "fitter": _FITTER,
    "statistic": _STATISTIC,
    "target": _TARGET,
    "resampled": _RESAMPLED,
    "tuned": _TUNED,
    "duplicates": _DUPLICATES,
    "time": _TIME,
}
"""Kind -> templates, for the kinds that stand in one place of a notebook."""

# Written after tidy knew the kinds above, by people's habits and not by its rules: how well does it read what it was
# not written for?
LATER: Mapping[str, tuple[str, ...]] = {
    "fitter": (
        "%%\n{sc} = make_pipeline({imputer}, {scaler})\n{X} = {sc}.fit_transform({X})  #! fitter",
        "%%\n{sc} = ColumnTransformer([('n', {scaler}, [{c0!r}, {c1!r}])], remainder='passthrough')\n"
        "{sc}.fit({X})  #! fitter\n{X} = {sc}.transform({X})",
    ),
    "statistic": (
        "%%\n{t} = {X}.agg(['mean', 'std'])  #! statistic\n"
        "{X} = ({X} - {t}.loc['mean']) / {t}.loc['std'].replace(0, 1)",
        "%%\n{t} = np.nanpercentile({X}[{c0!r}], [1, 99])  #! statistic\n{X}[{c0!r}] = {X}[{c0!r}].clip(*{t})",
        "%%\n{t} = {X}[{c0!r}].value_counts().to_dict()  #! statistic\n{X}['n'] = {X}[{c0!r}].map({t})",
    ),
    "target": (
        "%%\n{t} = {df}.pivot_table(index={c0!r}, values={target!r})  #! target\n"
        "{X}['risk'] = {X}[{c0!r}].map({t}[{target!r}])",
        "%%\n{X} = {X}.assign(gain=lambda d: d[{c0!r}] * {y})  #! target",
        "%%\n{t} = {df}[{df}[{target!r}] == 1].groupby({c0!r}).size()  #! target\n"
        "{X}['bads'] = {X}[{c0!r}].map({t}).fillna(0)",
    ),
    "resampled": (
        "%%\nfor _ in range(2):\n    {X} = pd.concat([{X}, {X}[{y} == 1]])  #! resampled\n"
        "    {y} = pd.concat([{y}, {y}[{y} == 1]])",
        "%%\n{i} = list({X}.index) + list({y}[{y} == 1].index) * 2\n"
        "{X}, {y} = {X}.loc[{i}], {y}.loc[{i}]  #! resampled",
    ),
    "chosen": (
        "%%\n{s} = pd.DataFrame([(m_, {metric}({yte}, m_.fit({Xtr}, {ytr}).{predict})) for m_ in [{m0}, {m1}]])\n"
        "{best} = {s}.sort_values(1).iloc[-1][0]  #! chosen",
        "%%\ndef judge(m_):\n    m_.fit({Xtr}, {ytr})\n    return {metric}({yte}, m_.{predict})\n"
        "%%\n{best} = max([{m0}, {m1}, {m2}], key=judge)  #! chosen",
    ),
    "tuned": (
        "%%\n{s} = []\nfor {v} in range(1, 5):\n    {m} = DecisionTreeClassifier(random_state=0)\n"
        "    {m}.set_params(max_depth={v}).fit({Xtr}, {ytr})\n    {s}.append(({metric}({yte}, {m}.{predict}), {v}))\n"
        "{t} = sorted({s})[-1][1]  #! tuned\n"
        "{best} = DecisionTreeClassifier(max_depth={t}, random_state=0).fit({Xtr}, {ytr})",
        "%%\n{best} = GridSearchCV({m2}, {{'max_depth': [2, 3]}}, cv=2)\n"
        "{best}.fit(pd.concat([{Xtr}, {Xte}]), pd.concat([{ytr}, {yte}]))  #! tuned",
    ),
    "duplicates": (
        "%%\n{i} = np.random.default_rng(0).permutation(len({df}))\n{tr} = {df}.iloc[{i}[:600]]\n"
        "{te} = {df}.iloc[{i}[500:]]  #! duplicates",
        "%%\n{tr} = {df}.sample(frac=0.8, random_state=0)\n{te} = {df}[{df}.index % 5 == 0]  #! duplicates",
    ),
    "time": (
        "%%\n{df}['day'] = {df}['issued'].astype('datetime64[ns]')\n{df} = {df}.sort_values('day')\n"
        "{X} = {df}[{cols}].fillna(0)\n{y} = {df}[{target!r}]\n%%\n"
        "{Xtr}, {Xte}, {ytr}, {yte} = train_test_split({X}, {y}, random_state=1)  #! time",
        "%%\n{df}['year'] = {df}['issued'].str[:4].astype(int)\n{X} = {df}[{cols} + ['year']].fillna(0)\n"
        "{y} = {df}[{target!r}]\n%%\n"
        "{Xtr}, {Xte}, {ytr}, {yte} = train_test_split({X}, {y}, random_state=1)  #! time",
    ),
}
